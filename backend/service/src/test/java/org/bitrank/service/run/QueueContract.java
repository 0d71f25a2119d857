package org.bitrank.service.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.kagkarlsson.scheduler.SchedulerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.ServiceApplication;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.result.Rows;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.util.unit.DataSize;

abstract class QueueContract extends ServiceTest {
    /** Far more than an idle machine needs: a worker process that starts on a busy one takes its time. */
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    /** Four silent ones and a worker is taken for dead: soon enough to wait for, and longer than a slow disk keeps a live one silent. */
    private static final Duration QUICK_HEARTBEAT = Duration.ofSeconds(1);

    private Queue queue;

    @Override
    protected ServiceSettings settings() {
        return worker(true, HEARTBEAT);
    }

    private ServiceSettings worker(boolean enabled, Duration heartbeat) {
        ServiceSettings base = super.settings();
        return new ServiceSettings(
                base.home(), enabled, base.database(), base.backend(), "", List.of(), heartbeat, 3, false, "", DataSize.ofMegabytes(500));
    }

    @Override
    protected Class<?>[] extras() {
        return new Class<?>[] {ScriptedExecutor.class};
    }

    @BeforeAll
    void find() {
        queue = bean(Queue.class);
    }

    private void restart(ServiceSettings settings) {
        service.close();
        service = ServiceApplication.start(settings, extras());
        find();
    }

    /** What is put into the queue while nobody works on it. */
    private <T> T withoutWorker(Supplier<T> work) {
        service.close();
        try (var office = ServiceApplication.start(worker(false, HEARTBEAT))) {
            queue = office.getBean(Queue.class);
            return work.get();
        }
    }

    private long enqueue(String script, int priority) {
        var request = new RunRequest(RunKind.RECIPE, "example", "rtn", script, "{}", null, "none", List.of(), null, null);
        return queue.enqueue(request, 0, script + priority, priority);
    }

    private RunView ended(long run) {
        await().atMost(PATIENCE).until(() -> queue.run(run).orElseThrow().state().over());
        return queue.run(run).orElseThrow();
    }

    private List<Long> starts() throws IOException {
        return Files.readAllLines(home.resolve("starts")).stream().map(Long::valueOf).toList();
    }

    @Test
    void aRunThatEndsWellHasARow() {
        RunView run = ended(enqueue("row", 0));
        assertThat(run.state()).isEqualTo(RunState.FINISHED);
        assertThat(run.fraction()).isEqualTo(1);
        assertThat(bean(Rows.class).row(run.rowId())).isPresent();
        assertThat(run.logTail()).anyMatch(line -> line.endsWith("measure"));
    }

    @ParameterizedTest
    @EnumSource(names = {"BAD_INPUT", "UNSUPPORTED", "DATA_MISSING", "NUMERICAL", "INFRASTRUCTURE", "UNEXPECTED"})
    void aFailureKeepsItsClassAndTheQueueGoesOn(FailureClass failureClass) {
        long bad = enqueue("fail:" + failureClass, 0);
        long next = enqueue("row", 0);
        RunView run = ended(bad);
        assertThat(run.state()).isEqualTo(RunState.FAILED);
        assertThat(run.failure()).isEqualTo(Failure.of(failureClass, "as the script says"));
        assertThat(run.rowId()).isNull();
        assertThat(ended(next).state()).isEqualTo(RunState.FINISHED);
    }

    @Test
    void aFailureInWordsThatNoDatabaseHoldsEndsTheRunToo() {
        RunView run = ended(enqueue("zero-character", 0));
        assertThat(run.failure()).isEqualTo(Failure.of(FailureClass.BAD_INPUT, "there is no tensor a\uFFFDb"));
        assertThat(run.logTail()).anyMatch(line -> line.endsWith("tensor a\uFFFDb is odd"));
    }

    @Test
    void aFullDiskAndFullMemoryAreTheOperatorsBusiness() {
        RunView disk = ended(enqueue("disk-full", 0));
        RunView memory = ended(enqueue("out-of-memory", 0));
        assertThat(disk.failure().failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(disk.failure().message()).contains("No space left on device");
        assertThat(disk.failure().whoMustAct()).isEqualTo("operator");
        assertThat(memory.failure().failureClass()).isEqualTo(FailureClass.OUT_OF_MEMORY);
    }

    @Test
    void waitingRunsGoByPriorityThenAge() throws IOException {
        List<Long> order = withoutWorker(() -> {
            long first = enqueue("row", 5);
            long second = enqueue("row", 5);
            long urgent = enqueue("row", 9);
            assertThat(queue.view().waiting()).extracting(RunView::id).containsSubsequence(urgent, first, second);
            assertThat(queue.run(second).orElseThrow().position()).isEqualTo(queue.run(first).orElseThrow().position() + 1);
            return List.of(urgent, first, second);
        });
        restart(settings());
        ended(order.getLast());
        assertThat(starts()).containsSubsequence(order);
    }

    @Test
    void aRunningRunStopsWhenCancelledAndAWaitingOneNeverStarts() throws IOException {
        long running = enqueue("hang", 50);
        long waiting = enqueue("row", 40);
        await().atMost(PATIENCE).until(() -> queue.run(running).orElseThrow().state() == RunState.RUNNING);
        assertThat(queue.cancel(waiting)).isTrue();
        assertThat(queue.run(waiting).orElseThrow().state()).isEqualTo(RunState.CANCELLED);
        assertThat(queue.cancel(running)).isTrue();
        assertThat(ended(running).failure().whoMustAct()).isEqualTo("nobody");
        assertThat(ended(enqueue("row", 0)).state()).isEqualTo(RunState.FINISHED);
        assertThat(starts()).doesNotContain(waiting);
        assertThat(queue.cancel(running)).isFalse();
    }

    @Test
    void listenersSeeARunFromItsStartToItsRow() throws IOException {
        var seen = new CopyOnWriteArrayList<QueueView>();
        try (var subscription = bean(ProgressFeed.class).subscribe(seen::add)) {
            long run = enqueue("halfway", 0);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen).anySatisfy(view -> assertThat(view.running()).anySatisfy(at -> {
                assertThat(at.id()).isEqualTo(run);
                assertThat(at.fraction()).isBetween(0.05, 0.95);
            })));
            Files.createFile(home.resolve("go"));
            ended(run);
            await().atMost(PATIENCE).until(() -> seen.getLast().finished().stream().anyMatch(view -> view.id() == run));
        }
    }

    @Test
    void aStoppedWorkersRunGoesBackToItsPlaceAndIsFinishedByTheNext() throws IOException {
        long run = enqueue("hang-once", 60);
        long next = enqueue("row", 60);
        await().atMost(PATIENCE).until(() -> queue.run(run).orElseThrow().state() == RunState.RUNNING);
        restart(settings());
        RunView view = ended(run);
        assertThat(view.state()).isEqualTo(RunState.FINISHED);
        assertThat(view.attempt()).isEqualTo(2);
        assertThat(view.logTail()).anyMatch(line -> line.endsWith("resumed from what was left"));
        ended(next);
        assertThat(starts()).containsSubsequence(run, run, next);
    }

    @Test
    void aKilledWorkersRunIsRevivedAndResumes() throws Exception {
        long run = withoutWorker(() -> enqueue("hang-once", 60));
        Process killed = WorkerProcess.start(home, databaseUrl());
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(home.resolve("runs/" + run + "/mark")));
        } finally {
            killed.destroyForcibly().waitFor();
            restart(worker(true, QUICK_HEARTBEAT));
        }
        RunView view = ended(run);
        restart(settings());
        assertThat(view.state()).isEqualTo(RunState.FINISHED);
        assertThat(view.attempt()).isGreaterThan(1);
        assertThat(view.logTail()).anyMatch(line -> line.endsWith("resumed from what was left"));
    }

    @Test
    void aRunWhoseWorkersDieAgainAndAgainFailsAndTheQueueGoesOn() {
        long run = enqueue("hang", 60);
        RunLedger ledger = bean(RunLedger.class);
        for (int attempt = 1; attempt < 3; attempt++) {
            int now = attempt;
            await().atMost(PATIENCE).until(() -> {
                RunView view = queue.run(run).orElseThrow();
                return view.state() == RunState.RUNNING && view.attempt() == now;
            });
            // As if its heartbeats had stopped: the worker that still hangs on it notices that the lease is gone.
            assertThat(ledger.workerDied(run, 3)).isTrue();
            await().atMost(PATIENCE).until(() -> !scheduled(run));
            bean(SchedulerClient.class)
                    .scheduleIfNotExists(RunTask.instance(run, 60), Instant.now());
        }
        await().atMost(PATIENCE).until(() -> queue.run(run).orElseThrow().attempt() == 3);
        assertThat(ledger.workerDied(run, 3)).isFalse();
        RunView view = ended(run);
        assertThat(view.failure().failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE);
        assertThat(view.failure().message()).contains("died 3 times");
        assertThat(ended(enqueue("row", 0)).state()).isEqualTo(RunState.FINISHED);
    }

    private boolean scheduled(long run) {
        return bean(SchedulerClient.class)
                .getScheduledExecution(RunTask.DESCRIPTOR.instanceId(Long.toString(run)))
                .isPresent();
    }

    @Test
    void twoWorkersNeverStartTheSameRun() throws Exception {
        Process other = databaseUrl() == null ? null : WorkerProcess.start(home, databaseUrl());
        try {
            await().atMost(PATIENCE).until(() -> queue.view().workers().size() == (other == null ? 1 : 2));
            if (other != null) {
                assertBothWork();
            }
            var runs = new ArrayList<Long>();
            for (int i = 0; i < 30; i++) {
                runs.add(enqueue("slow:" + (100 + i), 0));
            }
            for (long run : runs) {
                assertThat(ended(run).attempt()).isEqualTo(1);
            }
            assertThat(starts().stream().filter(runs::contains).toList())
                    .hasSameSizeAs(runs)
                    .containsExactlyInAnyOrderElementsOf(runs);
        } finally {
            if (other != null) {
                other.destroy();
                other.waitFor();
            }
        }
    }

    /** Each of two runs waits for the other's start, so that one worker alone would end neither. */
    private void assertBothWork() {
        var met = List.of(enqueue("meet", 70), enqueue("meet", 70));
        assertThat(met.stream().map(run -> ended(run).worker()).distinct()).hasSize(2);
    }
}
