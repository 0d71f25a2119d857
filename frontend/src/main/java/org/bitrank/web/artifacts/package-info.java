/** Downloads of artifacts by their checksum. */
package org.bitrank.web.artifacts;
