package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.Progress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class BaseCacheTest {
    @TempDir
    Path directory;

    private Path kept(String name, int bytes, int minute) throws IOException {
        Path folder = Files.createDirectories(directory.resolve(name));
        Files.write(folder.resolve("hidden.f32"), new byte[bytes]);
        Files.createFile(folder.resolve("lock"));
        Files.setLastModifiedTime(folder.resolve("lock"), FileTime.fromMillis(60_000L * minute));
        return folder.resolve("hidden.f32");
    }

    @Test
    void whatWasNotUsedForLongestGoesUntilTheRestFits() throws IOException {
        Path oldest = kept("c", 400, 1);
        Path older = kept("a", 400, 2);
        Path newest = kept("b", 400, 3);
        assertThat(BaseCache.prune(directory, 1200)).isZero();
        assertThat(BaseCache.prune(directory, 900)).isEqualTo(400);
        assertThat(oldest).doesNotExist();
        assertThat(older).exists();
        assertThat(newest).exists();
        assertThat(BaseCache.prune(directory, 0)).isEqualTo(800);
        assertThat(BaseCache.prune(directory.resolve("nowhere"), 0)).isZero();
    }

    @Test
    void whatIsUsedStays() throws IOException {
        Path used = kept("used", 400, 1);
        Path locked = kept("locked", 400, 2);
        Path free = kept("free", 400, 3);
        try (FolderLock _ = FolderLock.take(locked.getParent(), "test", Progress.SILENT);
                BaseCache.Use _ = BaseCache.Use.of(used.getParent())) {
            assertThat(BaseCache.prune(directory, 0)).isEqualTo(400);
            assertThat(used).exists();
            assertThat(locked).exists();
            assertThat(free).doesNotExist();
        }
        assertThat(BaseCache.prune(directory, 0)).isEqualTo(800);
    }

    @Test
    void whatADeadProcessLeftIsNotInUse() throws IOException {
        Path left = kept("left", 400, 1);
        Files.createFile(left.resolveSibling("use-1234"));
        assertThat(BaseCache.prune(directory, 0)).isEqualTo(400);
    }

    @Test
    void aModelMeasuredAloneLeavesWhatARunAgainstItNeeds() throws IOException {
        Path bases = directory.resolve("bases");
        EvaluationRequest usual = MicroRun.request(MicroRun.base(), directory.resolve("alone"), false);
        Evaluator.evaluate(of(usual, MicroRun.base(), null, bases, "alone"), Progress.SILENT);
        Path quantized = MicroRun.quantized(directory.resolve("quantized"));
        var steps = new ArrayList<String>();
        EvaluationReport second = Evaluator.evaluate(of(usual, quantized, MicroRun.base(), bases, "second"), (step, done, total) -> steps.add(step + " " + done + "/" + total));
        assertThat(steps).filteredOn(step -> step.contains(" of the base ")).hasSize(MicroRun.TASKS.size()).noneMatch(step -> step.contains(" 0/"));
        EvaluationReport fresh = Evaluator.evaluate(of(usual, quantized, MicroRun.base(), directory.resolve("other"), "third"), Progress.SILENT);
        for (int i = 0; i < fresh.tasks().size(); i++) {
            assertThat(second.tasks().get(i).baseMetrics()).isEqualTo(fresh.tasks().get(i).baseMetrics());
            assertThat(second.tasks().get(i).comparisons()).isEqualTo(fresh.tasks().get(i).comparisons());
            assertThat(second.tasks().get(i).tokens()).isEqualTo(fresh.tasks().get(i).tokens());
        }
        try (Stream<Path> files = Files.walk(bases)) {
            assertThat(files).noneMatch(file -> file.getFileName().toString().startsWith("use-"));
        }
        assertThat(BaseCache.prune(bases, 0)).isPositive();
    }

    /** BitNet's online rounding, for one, is a word of the configuration alone. */
    @Test
    void theSameWeightsUnderAnotherConfigurationAreAnotherBase() throws IOException {
        Path bases = directory.resolve("bases");
        EvaluationRequest usual = MicroRun.request(MicroRun.base(), directory.resolve("alone"), false);
        EvaluationReport plain = Evaluator.evaluate(of(usual, MicroRun.base(), null, bases, "alone"), Progress.SILENT);
        Path rounded = Files.createDirectories(directory.resolve("rounded"));
        try (Stream<Path> files = Files.list(MicroRun.base())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.copy(file, rounded.resolve(file.getFileName()));
            }
        }
        var config = (ObjectNode) JsonMapper.shared().readTree(rounded.resolve("config.json"));
        config.putObject("quantization_config").put("quant_method", "bitnet").put("linear_class", "autobitlinear").put("quantization_mode", "online");
        Files.writeString(rounded.resolve("config.json"), config.toString());
        EvaluationReport other = Evaluator.evaluate(of(usual, rounded, null, bases, "rounded"), Progress.SILENT);
        assertThat(other.model().sha256()).isEqualTo(plain.model().sha256());
        assertThat(other.tasks().getFirst().metrics()).isNotEqualTo(plain.tasks().getFirst().metrics());
    }

    private EvaluationRequest of(EvaluationRequest usual, Path model, Path base, Path bases, String run) {
        return new EvaluationRequest(model, base, List.copyOf(usual.tasks()), usual.numFewshot(), usual.limit(), usual.data(), usual.bos(),
                usual.maxLength(), usual.backend(), usual.computeType(), directory.resolve(run), bases, false, false);
    }
}
