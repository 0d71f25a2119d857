package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/** Whole runs over the embedded model: recipe in, artifact out, read back. */
class QuantizerTest {
    private static final Path MODEL = ModelCatalog.resolve("reference/micro-llama");
    private static final String LINEAR = "model.layers.3.mlp.down_proj.weight";
    private static final String CALIBRATION = "calibration: {samples: 4, sequence-length: 64}";

    private static Backend backend;

    @TempDir
    private Path folder;

    @BeforeAll
    static void open() {
        backend = Backends.open("cpu", ComputeType.FLOAT32);
    }

    @AfterAll
    static void close() {
        backend.close();
    }

    private QuantizationReport quantize(String recipe, Progress progress) {
        return Quantizer.quantize(
                MODEL,
                Recipe.parse("{model: reference/micro-llama, " + recipe + "}"),
                folder.resolve("artifact"),
                DataFolders.of(List.of()),
                backend,
                progress);
    }

    private static List<String> linears() {
        var linears = new ArrayList<String>();
        try (var checkpoint = Checkpoint.open(MODEL)) {
            var config = ModelConfig.of(checkpoint.config());
            for (int index = 0; index < config.layers(); index++) {
                config.linearGroups(index).forEach(linears::addAll);
            }
        }
        return linears;
    }

    @Test
    void theArtifactHoldsExactlyWhatTheMethodChose() {
        var report = quantize("method: rtn, weights: {bits: 3, group-size: 64}", Progress.SILENT);
        try (var base = Checkpoint.open(MODEL);
                var artifact = Checkpoint.open(report.path())) {
            var weight = base.weights().read(LINEAR);
            var chosen = RoundToNearest.quantize(
                    new LayerGroup.Layer(LINEAR, weight.rows(), weight.columns(), weight.toFloats()),
                    report.recipe().weights(),
                    false);
            assertThat(artifact.weights().read(LINEAR).toFloats()).isEqualTo(chosen.toFloats());
            assertThat(artifact.sha256()).isEqualTo(report.sha256());
        }
    }

    /** Where nothing else is quantized, the price is the head's. */
    @Test
    void theHeadAloneHasItsPrice() {
        var report = quantize("method: rtn, weights: {bits: 4, group-size: 64}, scope: {exclude: ['model.layers.*']}", Progress.SILENT);
        assertThat(report.layers()).isEqualTo(1);
        try (var artifact = Checkpoint.open(report.path())) {
            var account = BitAccount.of(artifact);
            assertThat(account.nominalBits()).isEqualTo(4);
            assertThat(account.effectiveBits()).isCloseTo(report.effectiveBits(), within(1e-9)).isLessThan(5);
            assertThat(account.quantizedParameters()).isEqualTo(artifact.weights().info("lm_head.weight").elements());
            assertThat(account.price().codes()).isPositive();
        }
    }

    @Test
    void everyLinearLayerButTheHeadIsQuantized() {
        var report = quantize("method: gptq, " + CALIBRATION, Progress.SILENT);
        try (var artifact = Checkpoint.open(report.path())) {
            for (String linear : linears()) {
                assertThat(artifact.weights().read(linear + ".weight"))
                        .isInstanceOfSatisfying(
                                GroupedWeight.class,
                                weight -> assertThat(weight.grid()).isEqualTo(new AffineGrid(4, false)));
            }
            assertThat(artifact.weights().read("lm_head.weight")).isInstanceOf(DenseWeight.class);
            assertThat(report.layers()).isEqualTo(42);
        }
    }

    @Test
    void layersOfARuleAreTreatedItsWay() {
        var report = quantize("method: rtn, weights: {bits: 3}, modules: [{match: down_proj, weights: {bits: 8, symmetric: true}},"
                + " {match: k_proj, method: gptq}], " + CALIBRATION, Progress.SILENT);
        try (var artifact = Checkpoint.open(report.path())) {
            for (String linear : linears()) {
                var weight = (GroupedWeight) artifact.weights().read(linear + ".weight");
                var expected = linear.endsWith("down_proj") ? new AffineGrid(8, true) : new AffineGrid(linear.endsWith("k_proj") ? 4 : 3, false);
                assertThat(weight.grid()).as(linear).isEqualTo(expected);
            }
        }
    }

    @Test
    void theHeadIsQuantizedWhenTheScopeDoesNotExcludeIt() {
        var report = quantize("method: gptq, scope: {exclude: ['model.layers.*']}, " + CALIBRATION, Progress.SILENT);
        try (var artifact = Checkpoint.open(report.path())) {
            assertThat(artifact.weights().read("lm_head.weight")).isInstanceOf(GroupedWeight.class);
            assertThat(artifact.weights().read(LINEAR)).isInstanceOf(DenseWeight.class);
        }
    }

    @Test
    void theManifestTellsHowItWasMade() throws Exception {
        var report = quantize("method: gptq, weights: {group-size: 100}, " + CALIBRATION, Progress.SILENT);
        var manifest = JsonMapper.shared().readTree(Files.readString(report.path().resolve("bitrank.json")));
        assertThat(Recipe.parse(manifest.get("recipe").toString())).isEqualTo(report.recipe());
        assertThat(manifest.get("recipe_sha256").stringValue()).isEqualTo(report.recipe().hash());
        assertThat(manifest.get("group_sizes").toString()).isEqualTo("{\"256\":64,\"768\":64}");
        assertThat(manifest.at("/calibration/sequence_length").intValue()).isEqualTo(64);
        assertThat(manifest.at("/bits/effective").doubleValue())
                .isEqualTo(report.effectiveBits())
                .isBetween(4.2, 4.4);
    }

    @Test
    void aStoppedRunLeavesNothingBehind() {
        Progress stopped = new Progress() {
            private int reports;

            @Override
            public void report(String step, long done, long total) {
                reports++;
            }

            @Override
            public boolean cancelled() {
                return reports > 3;
            }
        };
        assertThatThrownBy(() -> quantize("method: rtn", stopped))
                .isInstanceOfSatisfying(
                        BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.CANCELLED));
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void dampingThatHadToBeRaisedIsInTheManifest() throws Exception {
        var report = quantize(
                "method: gptq, options: {damping: 0}, calibration: {samples: 1, sequence-length: 8}", Progress.SILENT);
        var manifest = JsonMapper.shared().readTree(Files.readString(report.path().resolve("bitrank.json")));
        assertThat(manifest.get("notes").get("model.layers.0.self_attn.q_proj").get("damping").doubleValue())
                .isEqualTo(0.01);
    }

    @Test
    void theUnquantizedModelRunsBesideTheQuantizedOneWhereAsked() {
        var report = quantize("method: gptq, options: {asymmetric-calibration: true}, " + CALIBRATION, Progress.SILENT);
        var plain = Quantizer.quantize(
                MODEL,
                Recipe.parse("{model: reference/micro-llama, method: gptq, " + CALIBRATION + "}"),
                folder.resolve("plain"),
                DataFolders.of(List.of()),
                backend,
                Progress.SILENT);
        try (var with = Checkpoint.open(report.path());
                var without = Checkpoint.open(plain.path())) {
            String first = "model.layers.0.self_attn.q_proj.weight";
            // Nothing is off before the first block.
            assertThat(with.weights().read(first).toFloats()).isEqualTo(without.weights().read(first).toFloats());
            assertThat(with.weights().read(LINEAR).toFloats()).isNotEqualTo(without.weights().read(LINEAR).toFloats());
        }
    }

    @Test
    void anEmptyCalibrationTextIsRefused() throws Exception {
        Path text = Files.createFile(folder.resolve("empty.txt"));
        assertThatThrownBy(() -> quantize("method: gptq, calibration: {dataset: 'text:" + text + "'}", Progress.SILENT))
                .isInstanceOfSatisfying(
                        BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining("empty.txt has 0 tokens, too few")
                .hasMessageContaining("or give more text");
    }
}
