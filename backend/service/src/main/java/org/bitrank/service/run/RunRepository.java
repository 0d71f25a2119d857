package org.bitrank.service.run;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.bitrank.kernels.FailureClass;
import org.springframework.data.domain.Limit;
import org.springframework.data.jpa.repository.JpaRepository;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;

/**
 * A worker that works on attempt {@code n} of a run writes only where the table still says attempt {@code n}: one that
 * was given up for dead and comes back changes nothing.
 */
interface RunRepository extends JpaRepository<Run, Long> {
    @Query("select r from Run r where r.state = org.bitrank.service.run.RunState.WAITING order by r.priority desc, r.createdAt, r.id")
    List<Run> waiting();

    List<Run> findByStateOrderByStartedAtAscIdAsc(RunState state);

    List<Run> findByStateInOrderByFinishedAtDescIdDesc(Collection<RunState> states, Limit limit);

    List<Run> findByRequestHashAndStateInOrderByIdDesc(String requestHash, Collection<RunState> states);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("update Run r set r.state = :running, r.attempts = r.attempts + 1, r.worker = :worker, r.step = 'starting',"
            + " r.stepDone = 0, r.stepTotal = 0, r.fraction = 0, r.startedAt = :now, r.updatedAt = :now"
            + " where r.id = :id and r.state = :waiting")
    int start(long id, String worker, Instant now, RunState waiting, RunState running);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("update Run r set r.step = :step, r.stepDone = :done, r.stepTotal = :total, r.fraction = :fraction,"
            + " r.logTail = :logTail, r.updatedAt = :now where r.id = :id and r.attempts = :attempt and r.state = :running")
    int progress(
            long id, int attempt, String step, long done, long total, double fraction, String logTail, Instant now,
            RunState running);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("update Run r set r.state = :state, r.rowId = :rowId, r.failureClass = :failureClass,"
            + " r.failureMessage = :message, r.fraction = :fraction, r.logTail = :logTail, r.finishedAt = :now,"
            + " r.updatedAt = :now where r.id = :id and r.attempts = :attempt and r.state = :running")
    int end(
            long id, int attempt, RunState state, Long rowId, FailureClass failureClass, String message,
            double fraction, String logTail, Instant now, RunState running);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("update Run r set r.state = :waiting, r.worker = null, r.step = :step, r.updatedAt = :now"
            + " where r.id = :id and r.attempts = :attempt and r.state = :running")
    int release(long id, int attempt, String step, Instant now, RunState running, RunState waiting);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("update Run r set r.cancelRequested = true, r.updatedAt = :now where r.id = :id and r.state = :running")
    int askToStop(long id, Instant now, RunState running);

    @Modifying(flushAutomatically = true, clearAutomatically = true)
    @Query("update Run r set r.cancelRequested = true, r.state = :cancelled, r.failureClass = :failureClass,"
            + " r.failureMessage = 'cancelled before it started', r.finishedAt = :now, r.updatedAt = :now"
            + " where r.id = :id and r.state = :waiting")
    int cancelWaiting(long id, FailureClass failureClass, Instant now, RunState waiting, RunState cancelled);
}
