/** The board: filters, facets, order, and ranks with ties, over a snapshot of all rows in memory. */
package org.bitrank.service.leaderboard;
