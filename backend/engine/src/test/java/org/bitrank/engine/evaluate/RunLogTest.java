package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLogTest {
    private static final StepResult FIRST =
            new StepResult(List.of(new PassageScore(-0.1 - 0.2, 2, true, new BaseAgreement(List.of(1e-40f, 0.1f), 2, 9)),
                    new PassageScore(-1, 1, false, null)), null);
    private static final StepResult SECOND = new StepResult(List.of(), "line\n\"two\" ✓");

    @TempDir
    Path directory;

    @Test
    void everyLengthOfATornFileKeepsTheLinesThatAreWhole() throws IOException {
        Path file = directory.resolve("log.jsonl");
        write(file, "identity", FIRST, SECOND);
        byte[] whole = Files.readAllBytes(file);
        int firstEnd = indexAfterNewline(whole, indexAfterNewline(whole, 0));
        for (int length = 0; length <= whole.length; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (var log = RunLog.open(file, "identity", StepResult.class, true)) {
                List<StepResult> expected = length == whole.length ? List.of(FIRST, SECOND) : length >= firstEnd ? List.of(FIRST) : List.of();
                assertThat(log.entries()).as("first %d bytes", length).isEqualTo(expected);
                for (StepResult missing : List.of(FIRST, SECOND).subList(expected.size(), 2)) {
                    log.append(missing);
                }
            }
            assertThat(Files.readAllBytes(file)).as("completed from %d bytes", length).isEqualTo(whole);
        }
    }

    @Test
    void damagedLineAndAllBehindItAreDropped() throws IOException {
        Path file = directory.resolve("log.jsonl");
        write(file, "identity", FIRST, SECOND);
        byte[] bytes = Files.readAllBytes(file);
        bytes[indexAfterNewline(bytes, 0) + 40] ^= 1;
        Files.write(file, bytes);
        try (var log = RunLog.open(file, "identity", StepResult.class, true)) {
            assertThat(log.entries()).isEmpty();
        }
    }

    @Test
    void logOfAnotherRunIsRefused() {
        Path file = directory.resolve("log.jsonl");
        write(file, "one model", FIRST);
        assertThatThrownBy(() -> RunLog.open(file, "another model", StepResult.class, true))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("belongs to a run of something else");
    }

    @Test
    void withoutResumeTheLogStartsAnew() {
        Path file = directory.resolve("log.jsonl");
        write(file, "one model", FIRST);
        try (var log = RunLog.open(file, "another model", StepResult.class, false)) {
            assertThat(log.entries()).isEmpty();
        }
    }

    private static void write(Path file, String identity, StepResult... results) {
        try (var log = RunLog.open(file, identity, StepResult.class, false)) {
            for (StepResult result : results) {
                log.append(result);
            }
        }
    }

    private static int indexAfterNewline(byte[] bytes, int from) {
        int at = from;
        while (bytes[at] != '\n') {
            at++;
        }
        return at + 1;
    }
}
