package org.bitrank.kernels.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;

class NoGpuTest {
    @Test
    void aMachineWithoutADriverSaysSoAndNamesTheOtherBackEnd() {
        assumeTrue(!Files.exists(Path.of("/dev/nvidiactl")), "skipped: this machine has an NVIDIA GPU");
        assertThatThrownBy(() -> Backends.open("cuda", null))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(
                        failure.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                .hasMessageContaining("--backend cpu");
    }

    @Test
    void anUnknownBackEndIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Backends.open("cuda:x", null)).hasMessageContaining("cuda:N");
    }
}
