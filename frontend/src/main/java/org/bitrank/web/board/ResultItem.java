package org.bitrank.web.board;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.Rank;
import org.bitrank.service.result.Difference;
import org.bitrank.service.result.ResultRow;

/** A row of the board in the REST interface. */
record ResultItem(@JsonUnwrapped ResultRow row, Rank rank, Double accuracy, Difference difference, Double recovery, String address) {
    static ResultItem of(BoardRow row) {
        return new ResultItem(row.result(), row.rank(), row.accuracy(), row.difference(), row.recovery(), "/rows/" + row.id());
    }
}
