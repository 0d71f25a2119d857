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
 * process are found by asking for the ids at most once a second.
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
        stale = false;
        Set<Long> ids = rows.ids();
        Snapshot old = snapshot;
        if (!ids.equals(old.byId().keySet())) {
            var missing = new ArrayList<Long>();
            for (Long id : ids) {
                if (!old.byId().containsKey(id)) {
                    missing.add(id);
                }
            }
            var results = new ArrayList<ResultRow>(ids.size());
            for (BoardRow row : old.rows()) {
                if (ids.contains(row.id())) {
                    results.add(row.result());
                }
            }
            results.addAll(rows.rows(missing));
            results.sort((a, b) -> Long.compare(a.id(), b.id()));
            snapshot = Snapshot.of(Integer.toHexString(ids.hashCode()) + "-" + ids.size(), results);
        }
        refreshedAt = System.nanoTime();
    }
}
