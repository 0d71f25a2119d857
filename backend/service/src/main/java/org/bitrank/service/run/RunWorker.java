package org.bitrank.service.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.BooleanSupplier;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.result.NewRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.room.Room;
import org.bitrank.service.settings.ServiceSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;

/** Takes one run from its lease to its end, whatever happens in between. */
@Component
@ConditionalOnBooleanProperty(value = "bitrank.worker-enabled", matchIfMissing = true)
class RunWorker {
    private static final Logger log = LoggerFactory.getLogger(RunWorker.class);

    private static final int PATIENCE_SECONDS = 60;

    private final RunLedger ledger;
    private final RunExecutor executor;
    private final ServiceSettings settings;
    private final WorkerName name;
    private final Room room;

    RunWorker(RunLedger ledger, RunExecutor executor, ServiceSettings settings, WorkerName name, Room room) {
        this.ledger = ledger;
        this.executor = executor;
        this.settings = settings;
        this.name = name;
        this.room = room;
    }

    /**
     * @param stopping turns true when this process goes down
     * @return false if the run went back to the queue
     */
    boolean work(long id, BooleanSupplier stopping) {
        if (!roomCame(stopping)) {
            return false;
        }
        Lease lease = ledger.start(id, name.text()).orElse(null);
        if (lease == null) {
            return true;
        }
        log.info("run {} ({}, {}) starts, attempt {}", id, lease.request().model(), lease.request().title(), lease.attempt());
        var place = new RunExecutor.Workplace(id, settings.work(id), settings.records(id));
        var progress = new RunProgress(ledger, lease, stopping);
        try {
            RowDetail row = executor.execute(lease.request(), place, progress);
            progress.close();
            long rowId = ledger.finish(lease, NewRow.measured(row, lease.requestHash()), progress.journal().text());
            log.info("run {} is row {}", id, rowId);
            discard(place.work());
            return true;
        } catch (LostLease e) {
            log.warn(e.getMessage());
            return true;
        } catch (RuntimeException | OutOfMemoryError | StackOverflowError | LinkageError e) {
            progress.close();
            try {
                return ended(lease, place, progress, e);
            } catch (LostLease lost) {
                // Not to the scheduler, which would take it for a death of the worker that has the run now.
                log.warn(lost.getMessage());
                return true;
            }
        } finally {
            progress.close();
        }
    }

    /** Waits a while for room; a run that cannot be kept is not begun, and stays where it is in the queue. */
    private boolean roomCame(BooleanSupplier stopping) {
        for (int second = 0; room.trouble().isPresent(); second++) {
            if (second == 0) {
                log.warn("no run is started: {}", room.trouble().orElse("there is room again"));
            }
            if (second == PATIENCE_SECONDS || stopping.getAsBoolean()) {
                return false;
            }
            try {
                Thread.sleep(1000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return true;
    }

    private boolean ended(Lease lease, RunExecutor.Workplace place, RunProgress progress, Throwable failure) {
        switch (progress.stop()) {
            case LEASE_LOST -> log.warn("run {} was taken over by another worker", lease.run());
            case WORKER_STOPS -> {
                log.info("run {} goes back to the queue: this worker stops", lease.run());
                ledger.release(lease, "waiting again: its worker was stopped");
                return false;
            }
            case NO, CANCELLED -> {
                FailureClass failureClass = Failures.classOf(failure);
                String message = Failures.message(failure);
                log.warn("run {} failed ({}): {}", lease.run(), failureClass, message, unexpected(failureClass, failure));
                progress.log("failed (" + failureClass + "): " + message);
                ledger.fail(lease, failureClass, message, progress.fraction(), progress.journal().text());
                discard(place.work());
                discard(place.records());
            }
        }
        return true;
    }

    private static Throwable unexpected(FailureClass failureClass, Throwable failure) {
        return failureClass == FailureClass.UNEXPECTED ? failure : null;
    }

    private static void discard(Path directory) {
        try {
            FileSystemUtils.deleteRecursively(directory);
        } catch (IOException e) {
            log.warn("{} could not be removed: {}", directory, e.getMessage());
        }
    }
}
