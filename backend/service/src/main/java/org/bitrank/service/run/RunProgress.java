package org.bitrank.service.run;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.bitrank.engine.Progress;
import org.bitrank.service.room.DiskTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run is. The working thread only sets fields; a thread of its own writes them to the database twice a second and
 * reads there whether somebody wants the run to stop.
 */
final class RunProgress implements Progress, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunProgress.class);
    private static final long PERIOD_MILLIS = 500;

    /** Why the run has to end early. */
    enum Stop {
        NO,
        /** Somebody cancelled it. */
        CANCELLED,
        /** The worker itself goes down; the run goes back to the queue. */
        WORKER_STOPS,
        /** Another worker has the run. */
        LEASE_LOST
    }

    private final RunLedger ledger;
    private final Lease lease;
    private final BooleanSupplier workerStops;
    private final RunJournal journal = new RunJournal();
    private final ScheduledExecutorService writer;
    private volatile Stop stop = Stop.NO;
    private String step = "starting";
    private long done;
    private long total;
    private final RunFraction fraction = new RunFraction();
    private ProgressState written;

    RunProgress(RunLedger ledger, Lease lease, BooleanSupplier workerStops) {
        this.ledger = ledger;
        this.lease = lease;
        this.workerStops = workerStops;
        writer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("run-" + lease.run() + "-progress").daemon().factory());
        writer.scheduleWithFixedDelay(this::write, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** The work expected from now on leads to {@code end} of the whole run. */
    synchronized void stage(double end) {
        fraction.stage(end);
    }

    @Override
    public synchronized void expect(String step, double work) {
        fraction.expect(step, work);
    }

    @Override
    public synchronized void report(String step, long done, long total) {
        if (!step.equals(this.step)) {
            journal.add(step);
        }
        this.step = step;
        this.done = done;
        this.total = total;
        fraction.report(step, done, total);
    }

    void log(String line) {
        journal.add(line);
    }

    RunJournal journal() {
        return journal;
    }

    synchronized double fraction() {
        return fraction.value();
    }

    Stop stop() {
        return stop == Stop.NO && workerStops.getAsBoolean() ? Stop.WORKER_STOPS : stop;
    }

    @Override
    public boolean cancelled() {
        return stop() != Stop.NO || Thread.currentThread().isInterrupted();
    }

    private synchronized ProgressState state() {
        return new ProgressState(step, done, total, fraction.value(), journal.text());
    }

    private void write() {
        ProgressState now = state();
        try {
            if (ledger.report(lease, now, !now.equals(written))) {
                stop = Stop.CANCELLED;
            }
            written = now;
        } catch (LostLease e) {
            stop = Stop.LEASE_LOST;
        } catch (RuntimeException e) {
            log.warn("progress of run {} could not be written: {}", lease.run(), e.getMessage(), DiskTrouble.attached(e));
        }
    }

    @Override
    public void close() {
        writer.shutdown();
        try {
            writer.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
