package org.bitrank.web.submit;

import java.time.Instant;
import java.util.List;
import org.bitrank.service.catalog.TaskChoice;
import org.bitrank.service.run.Failure;
import org.bitrank.service.run.RunView;
import org.bitrank.service.submission.SubmissionView;
import tools.jackson.databind.JsonNode;

/**
 * A submission in the REST interface.
 *
 * @param state waiting, running, finished, failed or cancelled
 * @param progress null unless it runs
 * @param position place in the queue from 1; null unless it waits
 * @param failure null unless it failed or was cancelled
 * @param row address of the row that it made, or null
 * @param measuring what it is measured on, and how
 */
record SubmissionStatus(
        long id,
        String kind,
        String model,
        String title,
        String origin,
        Instant createdAt,
        String state,
        Integer position,
        String reason,
        Progress progress,
        Failure failure,
        Long rowId,
        String row,
        List<String> log,
        Measured measuring,
        JsonNode content) {
    /**
     * @param chatTemplate how questions are put, as in the request: {@code auto} unless it says otherwise
     * @param pictureTokens whose rule counts the tokens of pictures
     * @param computeType the type of matrix products, {@code float32} or {@code bfloat16}; the worker's own, so that it is null until the row is there
     * @param backend the device's kind, likewise
     */
    record Measured(String suite, List<TaskChoice> tasks, String chatTemplate, String pictureTokens, String computeType, String backend) {}

    /** @param fraction of the whole run, 0 to 1 */
    record Progress(String step, long done, long total, double fraction, Long remainingSeconds, String worker) {}

    static SubmissionStatus of(SubmissionView submission, Measured measuring, JsonNode content) {
        RunView run = submission.run();
        Progress progress = run.startedAt() == null
                ? null
                : new Progress(run.step(), run.stepDone(), run.stepTotal(), run.fraction(), run.remaining() == null ? null : run.remaining().toSeconds(), run.worker());
        return new SubmissionStatus(
                submission.id(), submission.kind(), submission.model(), submission.title(), submission.origin(), submission.createdAt(), run.state().label(),
                run.position(), run.reason(), progress, run.failure(), run.rowId(), run.rowId() == null ? null : "/api/v1/results/" + run.rowId(), run.logTail(), measuring, content);
    }
}
