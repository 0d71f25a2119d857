package org.bitrank.web.board;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.Leaderboard;

/** Views of whole models and suites, which every page needs for its choices and which change only when rows come or go. */
final class UnfilteredViews {
    private static final int MOST = 100;

    private record Known(String version, Map<BoardQuery, BoardView> views) {}

    private final Leaderboard leaderboard;
    private volatile Known known = new Known("", Map.of());

    UnfilteredViews(Leaderboard leaderboard) {
        this.leaderboard = leaderboard;
    }

    BoardView view(BoardQuery query) {
        String version = leaderboard.version();
        Known current = known;
        if (!current.version.equals(version) || current.views.size() > MOST) {
            current = new Known(version, new ConcurrentHashMap<>());
            known = current;
        }
        return current.views.computeIfAbsent(query, leaderboard::view);
    }
}
