package org.bitrank.service.run;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.run.QueueView.WorkerView;
import org.bitrank.service.room.Room;
import org.bitrank.service.settings.ServerPaths;
import org.springframework.data.domain.Limit;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

@Service
@Transactional(readOnly = true)
class QueueStore implements Queue {
    private static final Limit RECENT = Limit.of(20);

    private final RunRepository runs;
    private final WorkerRepository workers;
    private final SchedulerClient scheduler;
    private final JsonMapper json;
    private final Room room;
    private final ServerPaths paths;

    QueueStore(RunRepository runs, WorkerRepository workers, SchedulerClient scheduler, JsonMapper json, Room room, ServerPaths paths) {
        this.runs = runs;
        this.workers = workers;
        this.scheduler = scheduler;
        this.json = json;
        this.room = room;
        this.paths = paths;
    }

    @Override
    public QueueView view() {
        Instant now = Instant.now();
        String obstacle = room.trouble().orElse(null);
        var waiting = new ArrayList<RunView>();
        for (Run run : runs.waiting()) {
            waiting.add(told(run.view(waiting.size() + 1, now, obstacle)));
        }
        List<WorkerView> alive = workers.findBySeenAtAfterOrderByNameAsc(now.minus(WorkerPresence.SILENCE)).stream()
                .map(WorkerEntry::view)
                .toList();
        return new QueueView(
                views(runs.findByStateOrderByStartedAtAscIdAsc(RunState.RUNNING), now),
                waiting,
                views(runs.findByStateInOrderByFinishedAtDescIdDesc(
                        Set.of(RunState.FAILED, RunState.CANCELLED), RECENT), now),
                views(runs.findByStateInOrderByFinishedAtDescIdDesc(Set.of(RunState.FINISHED), RECENT), now),
                alive);
    }

    private List<RunView> views(List<Run> runs, Instant now) {
        return runs.stream().map(run -> told(run.view(null, now, null))).toList();
    }

    /** What a run says of itself names files; nobody but the operator, who has the log, knows where they lie. */
    private RunView told(RunView run) {
        return run.told(paths::hidden);
    }

    @Override
    public Optional<RunRequest> request(long id) {
        return runs.findById(id).map(run -> json.readValue(run.request(), RunRequest.class));
    }

    @Override
    public Optional<RunView> run(long id) {
        return runs.findById(id).map(this::placed);
    }

    @Override
    public Optional<RunView> runOf(String requestHash) {
        return runs
                .findByRequestHashAndStateInOrderByIdDesc(
                        requestHash, Set.of(RunState.WAITING, RunState.RUNNING, RunState.FINISHED))
                .stream()
                .findFirst()
                .map(this::placed);
    }

    private RunView placed(Run run) {
        Integer position = null;
        if (run.state() == RunState.WAITING) {
            position = 1;
            for (Run before : runs.waiting()) {
                if (before.id() == run.id()) {
                    break;
                }
                position++;
            }
        }
        return told(run.view(position, Instant.now(), room.trouble().orElse(null)));
    }

    @Override
    @Transactional
    public long enqueue(RunRequest request, long submissionId, String requestHash, int priority) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        Run run = runs.saveAndFlush(
                new Run(request, json.writeValueAsString(request), requestHash, submissionId, priority, now));
        scheduler.scheduleIfNotExists(RunTask.instance(run.id(), priority), now);
        return run.id();
    }

    @Override
    @Transactional
    public boolean cancel(long id) {
        Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
        // A waiting run's execution stays scheduled: the worker that takes it finds nothing to start and drops it.
        if (runs.cancelWaiting(id, FailureClass.CANCELLED, now, RunState.WAITING, RunState.CANCELLED) == 1) {
            return true;
        }
        return runs.askToStop(id, now, RunState.RUNNING) == 1;
    }
}
