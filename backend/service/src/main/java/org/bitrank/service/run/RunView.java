package org.bitrank.service.run;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * A run as people see it.
 *
 * @param submissionId what asked for it
 * @param title the coming row's label
 * @param step what is being done now, in words; null before the start
 * @param fraction how much of the whole run is done, 0 to 1
 * @param position place in the queue from 1; null unless waiting
 * @param reason why it stands there; null unless waiting
 * @param attempt how many workers started it
 * @param remaining an estimate from what is done so far; null where none can be made
 * @param failure null unless it failed or was cancelled
 * @param rowId the row that it made, or null
 */
public record RunView(
        long id,
        long submissionId,
        RunKind kind,
        String model,
        String method,
        String title,
        RunState state,
        String step,
        long stepDone,
        long stepTotal,
        double fraction,
        Integer position,
        String reason,
        int attempt,
        String worker,
        Instant createdAt,
        Instant startedAt,
        Instant finishedAt,
        Duration remaining,
        boolean cancelRequested,
        Failure failure,
        Long rowId,
        List<String> logTail) {
    /** The same, its texts put in other words. */
    RunView told(UnaryOperator<String> words) {
        Failure why = failure == null ? null : new Failure(failure.failureClass(), words.apply(failure.message()), failure.whoMustAct(), failure.next());
        return new RunView(
                id, submissionId, kind, model, method, title, state, words.apply(step), stepDone, stepTotal, fraction, position, words.apply(reason),
                attempt, worker, createdAt, startedAt, finishedAt, remaining, cancelRequested, why, rowId, logTail.stream().map(words).toList());
    }
}
