package org.bitrank.service.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class RoomTest {
    @TempDir
    Path home;

    @Test
    void aDiskWithLessThanWhatStaysFreeIsSaidWithWhoMustAct() {
        Room tight = room(home, DataSize.ofTerabytes(1_000_000));
        assertThat(tight.trouble()).hasValueSatisfying(
                message -> assertThat(message).startsWith("no room under " + home).endsWith("the operator must make room"));
        assertThatThrownBy(tight::require)
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.INFRASTRUCTURE));
    }

    @Test
    void anOrdinaryDiskIsNoTroubleNorAFolderThatIsNotMadeYet() {
        assertThat(room(home, DataSize.ofBytes(1)).trouble()).isEmpty();
        assertThat(room(home.resolve("later"), DataSize.ofTerabytes(1_000_000)).trouble()).isEmpty();
    }

    private static Room room(Path home, DataSize least) {
        return new Room(ServiceSettings.of(home, false, null), least);
    }
}
