package org.bitrank.service.leaderboard;

/** The board's data, the same for pages, downloads and the REST interface. */
public interface Leaderboard {
    BoardView view(BoardQuery query);

    /** Changes whenever a row comes or goes, in whatever process: what an ETag is made of. */
    String version();
}
