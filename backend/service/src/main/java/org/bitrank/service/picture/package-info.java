/** The pictures that measured items show, kept by their checksums so that the item explorer can show them too. */
package org.bitrank.service.picture;
