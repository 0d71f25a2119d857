package org.bitrank.web.compare;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;

/** A row that can be chosen. */
record RowChoice(long id, String name) {
    private static final int MOST = 300;
    private static final int LONGEST = 110;

    /** Rows that can be compared with each other. */
    record Group(String name, List<RowChoice> rows) {}

    /** @param like only rows of its model and protocol; null for all */
    static List<Group> of(Leaderboard leaderboard, ResultRow like, Set<Long> without) {
        BoardView view = leaderboard.view(new BoardQuery(
                like == null ? Set.of() : Set.of(like.model()), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(Provenance.MEASURED), null, "", null, false, 0, MOST));
        var groups = new LinkedHashMap<String, Group>();
        Stream.concat(view.bases().stream(), view.rows().stream()).map(BoardRow::result).forEach(row -> {
            if (!without.contains(row.id()) && (like == null || row.protocolKey().equals(like.protocolKey()))) {
                String name = shortened(row.model() + " · " + row.suite() + " · " + row.protocolLine());
                groups.computeIfAbsent(row.model() + " " + row.protocolKey(), key -> new Group(name, new ArrayList<>())).rows()
                        .add(new RowChoice(row.id(), ComparedRow.title(row)));
            }
        });
        return List.copyOf(groups.values());
    }

    private static String shortened(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…";
    }
}
