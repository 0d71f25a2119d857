package org.bitrank.engine.hub;

import org.bitrank.engine.Progress;

/** Bytes of all files of one fetch, as one step of work counted in megabytes. */
final class Meter {
    private static final long MEGABYTE = 1_000_000;

    private final Progress progress;
    private final String step;
    private final long total;
    private long done;
    private long shown = -1;

    Meter(Progress progress, HubAddress address, long total) {
        this.progress = progress;
        this.step = "download " + address.id() + " (MB)";
        this.total = total;
        progress.expect(step, total);
    }

    Progress progress() {
        return progress;
    }

    /** @param bytes negative where what came is thrown away */
    void add(long bytes) {
        done += bytes;
        long now = done / MEGABYTE;
        if (now != shown) {
            shown = now;
            progress.report(step, now, Math.max(1, (total + MEGABYTE - 1) / MEGABYTE));
        }
    }
}
