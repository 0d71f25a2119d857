package org.bitrank.service.leaderboard;

import java.util.LinkedHashMap;
import java.util.Map;

/** The latest selections of one snapshot: turning pages and sorting by another column need no new one. */
final class Selections {
    private static final int MOST = 24;

    private String version = "";
    private final Map<BoardQuery, Selection> known = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BoardQuery, Selection> eldest) {
            return size() > MOST;
        }
    };

    Selection of(Snapshot snapshot, BoardQuery query) {
        BoardQuery key = query.selection();
        synchronized (known) {
            if (!version.equals(snapshot.version())) {
                version = snapshot.version();
                known.clear();
            }
            Selection found = known.get(key);
            if (found != null) {
                return found;
            }
        }
        Selection made = Selection.of(snapshot, query);
        synchronized (known) {
            if (version.equals(snapshot.version())) {
                known.put(key, made);
            }
        }
        return made;
    }
}
