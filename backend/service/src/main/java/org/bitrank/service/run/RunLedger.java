package org.bitrank.service.run;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.result.NewRow;
import org.bitrank.service.result.ResultRecorder;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

/** What workers write of their runs, each call one transaction, each valid only under the lease. */
@Service
@Transactional
class RunLedger {
    private static final int MESSAGE = 4_000;

    private final RunRepository runs;
    private final ResultRecorder results;
    private final JsonMapper json;

    RunLedger(RunRepository runs, ResultRecorder results, JsonMapper json) {
        this.runs = runs;
        this.results = results;
        this.json = json;
    }

    /** Empty when the run is no longer waiting: cancelled, or somebody else has it. */
    Optional<Lease> start(long id, String worker) {
        if (runs.start(id, worker, now(), RunState.WAITING, RunState.RUNNING) == 0) {
            return Optional.empty();
        }
        return runs.findById(id).map(run -> new Lease(
                id, run.attempts(), run.requestHash(), json.readValue(run.request(), RunRequest.class)));
    }

    /**
     * Tells how far it is, if that changed, and learns whether somebody wants it to stop.
     */
    boolean report(Lease lease, ProgressState at, boolean changed) {
        if (changed) {
            runs.progress(
                    lease.run(), lease.attempt(), at.step(), at.done(), at.total(), at.fraction(), at.log(), now(),
                    RunState.RUNNING);
        }
        Run run = runs.findById(lease.run()).orElseThrow(() -> new LostLease(lease));
        if (run.attempts() != lease.attempt() || run.state() != RunState.RUNNING) {
            throw new LostLease(lease);
        }
        return run.cancelRequested();
    }

    /** The row and the end of the run in one transaction: both or neither. */
    long finish(Lease lease, NewRow row, String log) {
        long id = results.record(row);
        end(lease, RunState.FINISHED, id, null, null, 1, log);
        return id;
    }

    void fail(Lease lease, FailureClass failureClass, String message, double fraction, String log) {
        RunState state = failureClass == FailureClass.CANCELLED ? RunState.CANCELLED : RunState.FAILED;
        end(lease, state, null, failureClass, message, fraction, log);
    }

    private void end(
            Lease lease, RunState state, Long row, FailureClass failureClass, String message, double fraction, String log) {
        String storable = message == null ? null : StorableText.of(message);
        String line = storable == null || storable.length() <= MESSAGE ? storable : storable.substring(0, MESSAGE);
        int written = runs.end(
                lease.run(), lease.attempt(), state, row, failureClass, line, fraction, log, now(), RunState.RUNNING);
        if (written == 0) {
            throw new LostLease(lease);
        }
    }

    /** Back to the queue, at its old place. */
    void release(Lease lease, String why) {
        release(lease.run(), lease.attempt(), why);
    }

    private void release(long id, int attempt, String why) {
        runs.release(id, attempt, why, now(), RunState.RUNNING, RunState.WAITING);
    }

    /** The moment by which the scheduler orders the run: one that is tried again keeps its old place. */
    Instant queuedAt(long id) {
        return runs.findById(id).map(Run::createdAt).orElseGet(RunLedger::now);
    }

    /**
     * Decides what becomes of a run whose worker was not heard of any more.
     *
     * @return whether it is to be tried again
     */
    boolean workerDied(long id, int attempts) {
        Run run = runs.findById(id).orElse(null);
        if (run == null || run.state().over()) {
            return false;
        }
        if (run.state() == RunState.RUNNING && run.attempts() >= attempts) {
            runs.end(
                    id, run.attempts(), RunState.FAILED, null, FailureClass.INFRASTRUCTURE,
                    "its worker died " + run.attempts() + " times in mid-run", run.fraction(), run.logTail(), now(),
                    RunState.RUNNING);
            return false;
        }
        // Whoever still works on it has lost the lease.
        release(id, run.attempts(), "waiting again: its worker died");
        return true;
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }
}
