/** The items of one task of a row: what was asked, what the row and its base answered, and which answers flipped. */
package org.bitrank.web.items;
