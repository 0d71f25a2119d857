package org.bitrank.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.service.room.Room;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.result.RowDetail;
import org.junit.jupiter.api.Test;

/** A worker that was taken for dead and comes back while another one has its run. */
class LeaseTest extends ServiceTest {
    @Override
    protected String databaseUrl() {
        return null;
    }

    @Test
    void aLostLeaseGivesNothingBack() {
        long run = enqueue("release");
        RunLedger ledger = bean(RunLedger.class);
        Lease lost = ledger.start(run, "first").orElseThrow();
        takeOver(run);
        ledger.release(lost, "waiting again: its worker was stopped");
        assertSecondHas(run);
    }

    @Test
    void aFailureAfterTheLeaseWasLostStaysWithTheWorker() {
        long run = enqueue("fail");
        RunExecutor silent = new RunExecutor() {
            @Override
            public RowDetail execute(RunRequest request, Workplace place, RunProgress progress) {
                takeOver(run);
                throw BitRankException.badInput("too late");
            }

            @Override
            public DeviceInfo device() {
                throw new UnsupportedOperationException();
            }
        };
        var worker = new RunWorker(bean(RunLedger.class), silent, settings(), new WorkerName(settings()), bean(Room.class));
        assertThat(worker.work(run, () -> false)).isTrue();
        assertSecondHas(run);
    }

    private long enqueue(String hash) {
        return bean(Queue.class).enqueue(new RunRequest(RunKind.RECIPE, "example", "rtn", "row", "{}", null, "none", List.of(), null, null), 0, hash, 0);
    }

    private void takeOver(long run) {
        RunLedger ledger = bean(RunLedger.class);
        assertThat(ledger.workerDied(run, 3)).isTrue();
        assertThat(ledger.start(run, "second")).isPresent();
    }

    private void assertSecondHas(long run) {
        RunView view = bean(Queue.class).run(run).orElseThrow();
        assertThat(view.state()).isEqualTo(RunState.RUNNING);
        assertThat(view.attempt()).isEqualTo(2);
        assertThat(view.worker()).isEqualTo("second");
    }
}
