package org.bitrank.service.run;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.bitrank.engine.Progress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a run is. The working thread only sets fields; a thread of its own writes them to the database twice a second and
 * reads there whether somebody wants the run to stop.
 */
final class RunProgress implements Progress, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RunProgress.class);
    private static final long PERIOD_MILLIS = 500;
    private static final String PREPARATION = "prepare ";

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
    private double stageStart;
    private double stageEnd = 1;
    private int stageSteps = 1;
    private final Set<String> stepsOfStage = new HashSet<>();
    private double fraction;
    private ProgressState written;

    RunProgress(RunLedger ledger, Lease lease, BooleanSupplier workerStops) {
        this.ledger = ledger;
        this.lease = lease;
        this.workerStops = workerStops;
        writer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("run-" + lease.run() + "-progress").daemon().factory());
        writer.scheduleWithFixedDelay(this::write, 0, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /**
     * The steps reported from now on are this part of the whole run.
     *
     * @param steps how many steps of about the same length are to come; preparations do not count
     */
    synchronized void stage(double start, double end, int steps) {
        stageStart = start;
        stageEnd = end;
        stageSteps = steps;
        stepsOfStage.clear();
        fraction = Math.max(fraction, start);
    }

    @Override
    public synchronized void report(String step, long done, long total) {
        if (!step.equals(this.step)) {
            journal.add(step);
        }
        this.step = step;
        this.done = done;
        this.total = total;
        if (total > 0 && !step.startsWith(PREPARATION)) {
            stepsOfStage.add(step);
            double within = Math.min(1, (stepsOfStage.size() - 1 + (double) done / total) / stageSteps);
            fraction = Math.max(fraction, stageStart + (stageEnd - stageStart) * within);
        }
    }

    void log(String line) {
        journal.add(line);
    }

    RunJournal journal() {
        return journal;
    }

    synchronized double fraction() {
        return fraction;
    }

    Stop stop() {
        return stop == Stop.NO && workerStops.getAsBoolean() ? Stop.WORKER_STOPS : stop;
    }

    @Override
    public boolean cancelled() {
        return stop() != Stop.NO || Thread.currentThread().isInterrupted();
    }

    private synchronized ProgressState state() {
        return new ProgressState(step, done, total, fraction, journal.text());
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
            log.warn("progress of run {} could not be written: {}", lease.run(), e.getMessage());
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
