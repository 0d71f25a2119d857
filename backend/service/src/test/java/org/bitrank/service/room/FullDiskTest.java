package org.bitrank.service.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.sql.SQLException;
import javax.sql.DataSource;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.run.Queue;
import org.bitrank.service.run.QueueView;
import org.bitrank.service.submission.Measuring;
import org.bitrank.service.submission.Submissions;
import org.junit.jupiter.api.Test;

/** The embedded database closes itself when it cannot write; the service must find it again. */
class FullDiskTest extends ServiceTest {
    /** More than connections are in the pool. */
    private static final int TRIES = 20;

    @Override
    protected String databaseUrl() {
        return null;
    }

    @Test
    void aDatabaseThatClosedItselfIsOpenedAgainAndHasWhatItHad() {
        bean(Submissions.class).submitBase(Catalog.REFERENCE_MODEL, Measuring.USUAL, "test");
        QueueView before = bean(Queue.class).view();
        assertThat(before.waiting()).hasSize(1);
        try (var connection = bean(DataSource.class).getConnection(); var statement = connection.createStatement()) {
            statement.execute("SHUTDOWN IMMEDIATELY");
        } catch (SQLException closed) {
            // What can't be handed back to the pool in order is what this is about.
        }
        Throwable failure = null;
        int failed = 0;
        while (failed < TRIES && (failure = catchThrowable(() -> bean(Queue.class).view())) != null) {
            assertThat(DiskTrouble.isCauseOf(failure)).as("told apart from other failures: %s", failure).isTrue();
            failed++;
        }
        assertThat(failed).isLessThan(TRIES);
        assertThat(bean(Queue.class).view().waiting()).hasSize(1);
    }

    @Test
    void nothingIsTakenInWhileThereIsNoRoomAndTheQueueSaysWhy() {
        Room room = bean(Room.class);
        assertThat(room.trouble()).isEmpty();
        room.keepFree(Long.MAX_VALUE);
        try {
            assertThatThrownBy(() -> bean(Submissions.class).submitBase("reference/micro-qwen3", Measuring.USUAL, "test"))
                    .isInstanceOf(BitRankException.class).hasMessageContaining("the operator must make room");
            assertThat(bean(Queue.class).view().waiting()).allSatisfy(run -> assertThat(run.reason()).startsWith("no room under"));
        } finally {
            room.keepFree(1);
        }
    }
}
