package org.bitrank.service.leaderboard;

import java.util.List;
import java.util.Locale;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;

/**
 * A row of the snapshot with what every query would otherwise work out again.
 *
 * @param values the row's value of each {@link FacetColumn}, as in an address; null where it has none
 * @param words what a search looks in
 * @param scores keys of the headline scores
 */
record Entry(BoardRow row, String[] values, String words, List<String> scores) {
    static Entry of(BoardRow row) {
        ResultRow result = row.result();
        FacetColumn[] columns = FacetColumn.values();
        var values = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            values[i] = columns[i].value(result);
        }
        String words = (result.label() + " " + result.model() + " " + result.method()).toLowerCase(Locale.ROOT);
        return new Entry(row, values, words, result.mainScores().stream().map(Score::key).map(String::intern).toList());
    }
}
