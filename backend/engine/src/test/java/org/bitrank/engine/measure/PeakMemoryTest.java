package org.bitrank.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PeakMemoryTest {
    private static final long MUCH = 512L << 20;

    /**
     * What a server held for an earlier row is not a later row's. In a process of its own with a small heap: in that of the tests
     * the heap of two gigabytes grows and shrinks by more than what is measured here.
     */
    @Test
    void countsAnewWhatIsHeldAfterwards() throws Exception {
        assumeTrue(Files.isWritable(Path.of("/proc/self/clear_refs")), "the system does not count peaks anew");
        long[] peaks = peaksOfAnotherProcess();
        assertThat(peaks[1]).as("while it was held").isGreaterThan(peaks[0] + MUCH / 2);
        assertThat(peaks[2]).as("after it was given back").isLessThan(peaks[0] + MUCH / 2);
    }

    private static long[] peaksOfAnotherProcess() throws IOException, InterruptedException, URISyntaxException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx32m", "-XX:+UseSerialGC",
                        "-cp", folder(PeakMemory.class) + System.getProperty("path.separator") + folder(Holding.class),
                        Holding.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String printed = new String(process.getInputStream().readAllBytes());
        assertThat(process.waitFor()).isZero();
        return Arrays.stream(printed.strip().split("\\s+")).mapToLong(Long::parseLong).toArray();
    }

    private static Path folder(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    }

    /** Prints the peak before it holds much, while it does, and after the counting began anew. */
    static final class Holding {
        public static void main(String[] args) {
            PeakMemory.restart();
            long before = PeakMemory.bytes();
            try (var arena = Arena.ofConfined()) {
                arena.allocate(MUCH).fill((byte) 1);
            }
            long held = PeakMemory.bytes();
            PeakMemory.restart();
            System.out.println(before + " " + held + " " + PeakMemory.bytes());
        }
    }
}
