package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checksums;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

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
    void runKilledAtRandomMomentsEndsWithTheSameBytes() throws Exception {
        killAndResume(KILLS);
    }

    @Test
    @Tag("parity")
    void runKilledTwentyTimesEndsWithTheSameBytes() throws Exception {
        killAndResume(20);
    }

    /** SIGKILL at moments spread over the whole run: after a random number of finished steps and of milliseconds. */
    private static void killAndResume(int kills) throws Exception {
        Path run = directory.resolve("killed-" + kills + ".run");
        Path results = directory.resolve("killed-" + kills);
        long total = lines(directory.resolve("whole.run"));
        long seed = System.nanoTime();
        var random = new Random(seed);
        int hits = 0;
        for (int kill = 0; kill < kills; kill++) {
            Process process = start(run, results);
            long before = lines(run);
            long target = before + random.nextLong(1 + 2 * (total - before) / (kills - kill + 1));
            while (process.isAlive() && lines(run) < target) {
                process.waitFor(2, TimeUnit.MILLISECONDS);
            }
            process.waitFor(random.nextInt(40), TimeUnit.MILLISECONDS);
            hits += process.isAlive() ? 1 : 0;
            process.destroyForcibly().waitFor();
        }
        assertThat(hits).as("kills that met a running process, seed %d", seed).isGreaterThan(kills / 2);
        assertThat(start(run, results).waitFor()).isZero();
        assertSame("seed " + seed, results);
        assertThat(contents(run)).as("seed %d", seed).isEqualTo(contents(directory.resolve("whole.run")));
    }

    /** Checksums of all files of a run, logs and the base's hidden states. */
    private static Map<String, String> contents(Path run) throws IOException {
        var contents = new TreeMap<String, String>();
        try (Stream<Path> files = Files.walk(run)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                contents.put(run.relativize(file).toString(), Checksums.sha256(file));
            }
        }
        return contents;
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
        assertThat(lasting(results)).as(description).isEqualTo(lasting(whole));
    }

    /** The results file's text without what the clock and the process make of it. */
    private static String lasting(Path results) {
        var root = (ObjectNode) new ObjectMapper().readTree(results.resolve("results.json"));
        root.remove(List.of("date", "total_evaluation_time_seconds"));
        ((ObjectNode) root.get("bitrank")).remove(List.of("seconds", "peak_memory_bytes"));
        return root.toPrettyString();
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
