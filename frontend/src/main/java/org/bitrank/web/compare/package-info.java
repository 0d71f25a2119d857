/** Up to four rows against each other, item by item. */
package org.bitrank.web.compare;
