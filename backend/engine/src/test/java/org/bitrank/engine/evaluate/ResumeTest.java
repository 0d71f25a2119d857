package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ResumeTest {
    private static final int KILLS = 3;

    @TempDir
    static Path directory;

    private static Path model;
    private static Path whole;

    @BeforeAll
    static void runWithoutInterruption() {
        model = MicroRun.quantized(directory.resolve("model"));
        whole = directory.resolve("whole");
        MicroRun.write(MicroRun.evaluate(model, directory.resolve("whole.run"), false), whole);
    }

    @Test
    void runKilledAtRandomMomentsEndsWithTheSameNumbersToTheLastBit() throws Exception {
        Path run = directory.resolve("killed.run");
        Path results = directory.resolve("killed");
        long seed = System.nanoTime();
        var random = new Random(seed);
        for (int kill = 0; kill < KILLS; kill++) {
            Process process = start(run, results);
            long target = lines(run) + 1 + random.nextInt(6);
            while (process.isAlive() && lines(run) < target) {
                process.waitFor(2, TimeUnit.MILLISECONDS);
            }
            process.destroyForcibly().waitFor();
        }
        assertThat(start(run, results).waitFor()).isZero();
        assertSame("seed " + seed, results);
    }

    @Test
    void cancelledRunKeepsWhatIsFinishedAndGoesOnFromThere() throws IOException {
        Path run = directory.resolve("cancelled.run");
        var stopping = new StoppingProgress("micro_text of the base");
        assertThatThrownBy(() -> Evaluator.evaluate(MicroRun.request(model, run, false), stopping))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.CANCELLED));
        assertThat(lines(run)).isGreaterThan(1);
        Path results = directory.resolve("cancelled");
        MicroRun.write(MicroRun.evaluate(model, run, true), results);
        assertSame("cancelled", results);
    }

    @Test
    void anotherRunAgainstTheSameBaseFindsItsResults() {
        Path run = directory.resolve("second.run");
        EvaluationRequest own = MicroRun.request(model, run, false);
        var shared = new EvaluationRequest(own.model(), own.base(), own.tasks(), own.numFewshot(), own.limit(), own.data(), own.bos(),
                own.maxLength(), own.backend(), own.computeType(), run, directory.resolve("whole.run/base"), false, false);
        var unstoppable = new StoppingProgress("never");
        Evaluator.evaluate(shared, unstoppable);
        assertThat(unstoppable.startedOnBase).isFalse();
    }

    private static void assertSame(String description, Path results) throws IOException {
        for (String task : MicroRun.TASKS) {
            String file = "samples_" + task + ".jsonl";
            assertThat(results.resolve(file)).as(description).hasSameTextualContentAs(whole.resolve(file));
        }
        JsonNode expected = new ObjectMapper().readTree(whole.resolve("results.json"));
        JsonNode found = new ObjectMapper().readTree(results.resolve("results.json"));
        assertThat(found.get("results")).as(description).isEqualTo(expected.get("results"));
        assertThat(found.get("bitrank").get("comparison")).as(description).isEqualTo(expected.get("bitrank").get("comparison"));
    }

    private static Process start(Path run, Path results) throws IOException {
        return new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "--add-modules=jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED",
                        "-cp", System.getProperty("java.class.path"),
                        MicroRun.class.getName(), model.toString(), run.toString(), results.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("child.log").toFile())
                .start();
    }

    private static long lines(Path run) throws IOException {
        if (!Files.isDirectory(run)) {
            return 0;
        }
        long lines = 0;
        try (Stream<Path> files = Files.walk(run)) {
            for (Path log : files.filter(file -> file.toString().endsWith(".jsonl")).toList()) {
                for (byte one : Files.readAllBytes(log)) {
                    lines += one == '\n' ? 1 : 0;
                }
            }
        }
        return lines;
    }

    /** Asks to stop once a step has done something. */
    private static final class StoppingProgress implements Progress {
        private final String step;
        private boolean reached;
        private boolean startedOnBase;

        StoppingProgress(String step) {
            this.step = step;
        }

        @Override
        public void report(String current, long done, long total) {
            reached |= current.equals(step) && done > 0;
            startedOnBase |= current.endsWith("of the base") && done < total;
        }

        @Override
        public boolean cancelled() {
            return reached;
        }
    }
}
