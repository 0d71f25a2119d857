package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Percentage;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.quantize.Quantizer;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What {@code quantize} writes gives the same perplexity in transformers as here. Runs where the environment variable
 * {@code BITRANK_PEERS} names a Python that has transformers and compressed-tensors; docs/formats.md says how to make one.
 */
class ArtifactInTransformersTest {
    private static final int WINDOW = 256;
    private static final int WINDOWS = 4;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {
        "{bits: 4, group-size: 64, symmetric: false}",
        "{bits: 3, group-size: channel, symmetric: true}",
        "{bits: 5, group-size: 128, symmetric: true, scale-type: float32}",
        // 96 does not divide 256 columns, so everything gets groups of 64.
        "{bits: 6, group-size: 96, symmetric: false}",
        // 256 columns are one group, 768 are two: two schemes in the configuration.
        "{bits: 8, group-size: 500, symmetric: true}",
        "{bits: 2, group-size: 32, symmetric: false, scale-type: bfloat16}",
    })
    void thePerplexityIsTheSame(String weights) throws Exception {
        String python = System.getenv("BITRANK_PEERS");
        Assumptions.assumeTrue(python != null, "skipped: BITRANK_PEERS names no Python with transformers and compressed-tensors");
        Path model = ModelCatalog.resolve("reference/micro-llama");
        Path artifact = folder.resolve("artifact");
        double expected;
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            Recipe recipe = Recipe.parse("{model: reference/micro-llama, method: rtn, weights: " + weights + "}");
            Quantizer.quantize(model, recipe, artifact, DataFolders.of(List.of()), backend, Progress.SILENT);
            int[][] windows = windows(artifact);
            Files.write(folder.resolve("windows.json"), JsonMapper.shared().writeValueAsBytes(windows));
            try (Checkpoint checkpoint = Checkpoint.open(artifact); CausalLM loaded = CausalLM.load(checkpoint, backend)) {
                expected = perplexity(loaded, windows);
            }
        }
        JsonNode peer = run(python, artifact);
        assertThat(peer.path("perplexity").doubleValue()).isCloseTo(expected, Percentage.withPercentage(0.3));
    }

    private int[][] windows(Path artifact) throws IOException {
        Path text = ModelCatalog.installation().orElseThrow().resolve("datasets/reference/text/test.jsonl");
        try (Tokenizer tokenizer = Tokenizer.of(artifact)) {
            int[] tokens = tokenizer.encode(Files.readString(text).substring(0, 8 * WINDOW * WINDOWS));
            var windows = new int[WINDOWS][];
            for (int i = 0; i < WINDOWS; i++) {
                windows[i] = Arrays.copyOfRange(tokens, i * WINDOW, (i + 1) * WINDOW);
            }
            return windows;
        }
    }

    private static double perplexity(CausalLM model, int[][] windows) {
        double sum = 0;
        for (int[] window : windows) {
            var passage = new Passage(window, window.length - 1);
            PassageScore score = Scores.of(model, passage);
            sum -= score.logLikelihood() / score.tokens();
        }
        return Math.exp(sum / windows.length);
    }

    private JsonNode run(String python, Path artifact) throws Exception {
        Path script = ModelCatalog.installation().orElseThrow().resolve("bench/check_artifact.py");
        Path errors = folder.resolve("errors.txt");
        Process process = new ProcessBuilder(python, script.toString(), artifact.toString(), "--tokens", folder.resolve("windows.json").toString())
                .redirectError(errors.toFile())
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
        return JsonMapper.shared().readTree(output);
    }
}
