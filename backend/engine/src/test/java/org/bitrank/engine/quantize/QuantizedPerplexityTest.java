package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Collections;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.DoubleStream;
import org.assertj.core.data.Percentage;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.Converter;
import org.bitrank.engine.evaluate.EvaluationRequest;
import org.bitrank.engine.evaluate.Evaluator;
import org.bitrank.engine.evaluate.TaskReport;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * SmolLM2-135M quantized, written, read back and scored on WikiText-2, against PyTorch doing the same. The goldens are of
 * weights rounded to float16, and keep scales in float32.
 */
class QuantizedPerplexityTest {
    private static final String GOLDEN = "golden/smollm2-135m/";

    @TempDir
    private Path folder;

    private static JsonNode row(String file, int bits, int group, boolean symmetric, boolean actOrder) {
        for (JsonNode row : JsonMapper.shared().readTree(SharedFiles.path(GOLDEN + file)).get("rows")) {
            if (row.get("bits").intValue() == bits
                    && row.get("group").intValue() == group
                    && row.get("symmetric").booleanValue() == symmetric
                    && row.path("act_order").asBoolean(false) == actOrder
                    && !row.has("offset")) {
                return row;
            }
        }
        throw new IllegalArgumentException("no such row in " + file);
    }

    private TaskReport measure(String recipe, int windows, boolean compare) {
        Path base = folder.resolve("base");
        try (var checkpoint = Checkpoint.open(SharedFiles.path("models/smollm2-135m-instruct"))) {
            new Converter(checkpoint, Collections.emptySortedMap(), Progress.SILENT).toDense(base, DType.FLOAT16);
        }
        Path artifact = folder.resolve("artifact");
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            Quantizer.quantize(
                    base, Recipe.parse(recipe), artifact, DataFolders.of(List.of()), backend, Progress.SILENT);
        }
        var request = new EvaluationRequest(
                artifact, compare ? base : null, List.of("wikitext2_gptq"), null, windows, SharedFiles.path("benchmarks/hf"),
                BosPolicy.AUTO, null, "cpu", ComputeType.FLOAT32, folder.resolve("run"), folder.resolve("base-run"), false, false);
        return Evaluator.evaluate(request, Progress.SILENT).tasks().getFirst();
    }

    private static double perplexity(TaskReport report) {
        return report.metrics().stream()
                .filter(metric -> metric.metric().equals("perplexity"))
                .findFirst()
                .orElseThrow()
                .value();
    }

    private static String rounding(int bits, int group, boolean symmetric) {
        return "{model: smollm2, method: rtn, weights: {bits: %d, group-size: %d, symmetric: %s, scale-type: float32}}"
                .formatted(bits, group, symmetric);
    }

    @Test
    void oneWindowAfterRoundingEqualsPyTorchs() {
        double expected = Math.exp(row("rtn.json", 4, 64, false, false).get("window_mean_nll").get(0).doubleValue());
        assertThat(perplexity(measure(rounding(4, 64, false), 1, false)))
                .isCloseTo(expected, Percentage.withPercentage(0.01));
    }

    @Tag("parity")
    @ParameterizedTest
    @CsvSource({"8, 64, false", "4, 64, false", "3, 64, false", "4, -1, false", "4, 64, true", "8, -1, false", "8, 64, true", "3, -1, false"})
    void roundingEqualsPyTorchs(int bits, int group, boolean symmetric) {
        JsonNode golden = row("rtn.json", bits, group, symmetric, false);
        TaskReport report = measure(rounding(bits, group, symmetric), 4, true);
        assertThat(perplexity(report))
                .isCloseTo(golden.get("ppl_first_4_windows").doubleValue(), Percentage.withPercentage(0.01));
        assertThat(report.tokens().divergence())
                .isCloseTo(golden.get("kl_first_4_windows").doubleValue(), Percentage.withPercentage(0.1));
    }

    /**
     * PyTorch's own result moves with the last digits of its sums (gptq_spread.py), by 4 % at 4 bits and 22 % at 3 without
     * act-order, so ours has to lie near what it spans.
     */
    @Tag("parity")
    @ParameterizedTest
    @CsvSource({"4, false", "3, false", "4, true", "3, true"})
    void gptqComesWithinTwoPercentOfWhatPyTorchSpans(int bits, boolean actOrder) throws IOException {
        String recipe = """
                {model: smollm2, method: gptq, weights: {bits: %d, group-size: 64, scale-type: float32}, options: {act-order: %s},
                 calibration: {dataset: 'text:%s', samples: 32, sequence-length: 512}}
                """.formatted(bits, actOrder, SharedFiles.path("benchmarks/calibration/wikitext2_train_5k.txt"));
        JsonNode golden = row("gptq.json", bits, 64, false, actOrder);
        var perplexities = DoubleStream.builder().add(golden.get("ppl_first_4_windows").doubleValue());
        var divergences = DoubleStream.builder().add(golden.get("kl_first_4_windows").doubleValue());
        for (JsonNode run : pyTorchRuns(bits, actOrder)) {
            perplexities.add(run.get("perplexity").doubleValue());
            divergences.add(run.get("divergence").doubleValue());
        }
        TaskReport report = measure(recipe, 4, true);
        assertNear(perplexity(report), perplexities.build().summaryStatistics(), 0.02);
        assertNear(report.tokens().divergence(), divergences.build().summaryStatistics(), 0.05);
    }

    /** Scaling alone, and before GPTQ, has to be worth its pass over the calibration text. */
    @Tag("parity")
    @ParameterizedTest
    @CsvSource({"4, method: awq", "3, method: awq", "3, 'prepare: [awq], method: gptq, options: {act-order: true}'"})
    void awqBeatsRounding(int bits, String method) {
        String recipe = """
                {model: smollm2, %s, weights: {bits: %d, group-size: 64, scale-type: float32},
                 calibration: {dataset: 'text:%s', samples: 32, sequence-length: 512}}
                """.formatted(method, bits, SharedFiles.path("benchmarks/calibration/wikitext2_train_5k.txt"));
        double rounded = row("rtn.json", bits, 64, false, false).get("ppl_first_4_windows").doubleValue();
        double perplexity = perplexity(measure(recipe, 4, false));
        System.out.printf("%d bits, %s: %.3f, rounded %.3f%n", bits, method, perplexity, rounded);
        assertThat(perplexity).isLessThan(rounded);
    }

    private static void assertNear(double value, DoubleSummaryStatistics spread, double share) {
        assertThat(value).isBetween((1 - share) * spread.getMin(), (1 + share) * spread.getMax());
    }

    private static List<JsonNode> pyTorchRuns(int bits, boolean actOrder) throws IOException {
        try (var lines = QuantizedPerplexityTest.class.getResourceAsStream("gptq-spread.jsonl")) {
            return new String(lines.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(JsonMapper.shared()::readTree)
                    .filter(run -> run.get("bits").intValue() == bits && run.get("act_order").booleanValue() == actOrder)
                    .toList();
        }
    }
}
