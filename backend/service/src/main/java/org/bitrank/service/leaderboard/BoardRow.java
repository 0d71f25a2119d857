package org.bitrank.service.leaderboard;

import java.util.Set;
import org.bitrank.service.result.Difference;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;

/**
 * A row of the board.
 *
 * @param rank among the rows shown; null for published rows, bases, and rows without a comparison
 * @param perplexity the headline perplexity, or null
 * @param accuracy mean of the headline accuracies, or null
 * @param difference what the row loses against its base, or null
 * @param recovery percentage of the base that is kept, or null
 */
public record BoardRow(
        ResultRow result, Rank rank, Score perplexity, Double accuracy, Difference difference, Double recovery) {
    /** @param tasks what its figures are made of; empty means all tasks */
    static BoardRow of(ResultRow row, Set<String> tasks) {
        ResultRow counted = tasks.isEmpty() ? row : row.ofTasks(tasks);
        return new BoardRow(row, null, counted.perplexity(), counted.accuracy(), counted.difference(), counted.recovery());
    }

    BoardRow ranked(Rank other) {
        return new BoardRow(result, other, perplexity, accuracy, difference, recovery);
    }

    /** Bases stand apart from the ranked rows; an unquantized row of a publication is a line like the others. */
    public boolean base() {
        return result.unquantized() && result.provenance() == Provenance.MEASURED;
    }

    public long id() {
        return result.id();
    }
}
