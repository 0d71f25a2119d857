package org.bitrank.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
    private static final long MUCH = 512L << 20;

    /** What a server held for an earlier row is not a later row's. */
    @Test
    void countsAnewWhatIsHeldAfterwards() {
        assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "the system does not count peaks anew");
        PeakMemory.restart();
        long before = PeakMemory.bytes();
        try (var arena = Arena.ofConfined()) {
            arena.allocate(MUCH).fill((byte) 1);
        }
        assertThat(PeakMemory.bytes()).as("while it was held").isGreaterThan(before + MUCH / 2);
        PeakMemory.restart();
        assertThat(PeakMemory.bytes()).as("after it was given back").isLessThan(before + MUCH / 2);
    }
}
