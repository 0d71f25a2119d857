package org.bitrank.service.leaderboard;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;

/**
 * A row of the snapshot with what every query would otherwise work out again.
 *
 * @param values the row's value of each {@link FacetColumn}, as in an address; null where it has none
 * @param words what a search looks in
 * @param scores keys of the headline scores
 * @param best loses least of the rows of its method at its number of bits
 */
record Entry(BoardRow row, String[] values, String words, List<String> scores, boolean best) {
    static Entry of(ResultRow result, boolean best) {
        FacetColumn[] columns = FacetColumn.values();
        var values = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            values[i] = columns[i].value(result);
        }
        String words = (result.label() + " " + result.model() + " " + result.method()).toLowerCase(Locale.ROOT);
        return new Entry(
                BoardRow.of(result, Set.of()), values, words,
                result.mainScores().stream().map(Score::key).map(String::intern).toList(), best);
    }

    Entry with(BoardRow other) {
        return new Entry(other, values, words, scores, best);
    }
}
