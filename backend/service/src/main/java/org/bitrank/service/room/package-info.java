/** Room on the disk under the home: that there is enough before something is begun, and what is said when there is none. */
package org.bitrank.service.room;
