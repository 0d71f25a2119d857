package org.bitrank.service.leaderboard;

/** The board's data, the same for pages, downloads and the REST interface. */
public interface Leaderboard {
    BoardView view(BoardQuery query);

    /** What the rows have names for, whatever is asked: a query with another one shows nothing, or is in no order. */
    BoardNames names();

    /** Changes whenever a row comes or goes, in whatever process: what an ETag is made of. */
    String version();
}
