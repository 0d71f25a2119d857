package org.bitrank.service.run;

import java.util.Optional;

/** The queue's façade. */
public interface Queue {
    QueueView view();

    Optional<RunView> run(long id);

    /** What a run was asked to do. */
    Optional<RunRequest> request(long id);

    /** The newest run of exactly this request that is waiting, running or finished. */
    Optional<RunView> runOf(String requestHash);

    /** Puts a run at its place in the queue and returns its id. */
    long enqueue(RunRequest request, long submissionId, String requestHash, int priority);

    /**
     * Asks a run to stop: at once if it waits, between two items if it runs.
     *
     * @return false if there is no such run or it is over
     */
    boolean cancel(long id);
}
