/** Rows against each other, item by item: what differs, by how much, and whether that is more than chance. */
package org.bitrank.service.comparison;
