package org.bitrank.web.methods;

import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.result.Difference;
import org.bitrank.web.board.RowName;
import org.bitrank.web.words.Figures;

/** Where one row of a method stands. */
record StandingLine(String address, String name, String model, String rank, String loss, String bits) {
    static StandingLine of(BoardRow row) {
        Difference difference = row.difference();
        String loss = difference == null ? Figures.ABSENT : Figures.signed(difference.loss(), 3) + (difference.unit().equals("nats/token") ? " nats a token" : " " + difference.unit());
        return new StandingLine(
                "/rows/" + row.id(),
                RowName.of(row.result()).whole(),
                row.result().model(),
                row.rank() == null ? Figures.ABSENT : row.rank() + " of " + row.rank().of(),
                loss,
                Figures.fixed(row.result().effectiveBits(), 2));
    }
}
