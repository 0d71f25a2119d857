package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bitrank.service.result.Repeats;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Rows;
import org.bitrank.service.result.RowsChanged;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Keeps the snapshot up to date. Rows never change, so a refresh reads only those that came; rows written by another
 * process are noticed by their number and highest id, asked for at most once a second.
 */
@Component
class SnapshotKeeper {
    private static final long REFRESH_NANOS = 1_000_000_000;

    private final Rows rows;
    private volatile Snapshot snapshot = Snapshot.of("empty", List.of());
    /** As they are stored, by id; a snapshot joins repeats. */
    private Map<Long, ResultRow> known = Map.of();
    private volatile boolean stale = true;
    private volatile long refreshedAt;

    SnapshotKeeper(Rows rows) {
        this.rows = rows;
    }

    Snapshot current() {
        if (stale || System.nanoTime() - refreshedAt > REFRESH_NANOS) {
            refresh();
        }
        return snapshot;
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
    void changed(RowsChanged event) {
        stale = true;
    }

    private synchronized void refresh() {
        if (!stale && System.nanoTime() - refreshedAt <= REFRESH_NANOS) {
            return;
        }
        boolean changed = stale;
        stale = false;
        String stamp = rows.stamp();
        Snapshot old = snapshot;
        if (changed || !stamp.equals(old.version())) {
            Set<Long> ids = rows.ids();
            var missing = new ArrayList<>(ids);
            missing.removeAll(known.keySet());
            var results = new TreeMap<>(known);
            results.keySet().retainAll(ids);
            rows.rows(missing).forEach(row -> results.put(row.id(), row));
            known = results;
            snapshot = Snapshot.of(stamp, Repeats.joined(List.copyOf(results.values()), rows.repeatKeys()));
        }
        refreshedAt = System.nanoTime();
    }
}
