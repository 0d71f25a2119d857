package org.bitrank.service.run;

import java.time.Instant;
import java.util.List;

/**
 * The queue at one moment.
 *
 * @param waiting in the order in which they will start
 * @param failed the last that failed or were cancelled, newest first
 * @param finished the last that made a row, newest first
 * @param workers that were heard of lately
 */
public record QueueView(
        List<RunView> running,
        List<RunView> waiting,
        List<RunView> failed,
        List<RunView> finished,
        List<WorkerView> workers) {
    /** @param device its name and features; @param seenAt when it last said that it is alive */
    public record WorkerView(String name, String backend, String device, Instant startedAt, Instant seenAt) {}
}
