package org.bitrank.service.leaderboard;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
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
            var missing = new ArrayList<Long>();
            for (Long id : ids) {
                if (!old.byId().containsKey(id)) {
                    missing.add(id);
                }
            }
            var results = new ArrayList<ResultRow>(ids.size());
            for (Entry entry : old.entries()) {
                if (ids.contains(entry.row().id())) {
                    results.add(entry.row().result());
                }
            }
            results.addAll(rows.rows(missing));
            results.sort((a, b) -> Long.compare(a.id(), b.id()));
            snapshot = Snapshot.of(stamp, results);
        }
        refreshedAt = System.nanoTime();
    }
}
