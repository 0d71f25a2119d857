package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.nio.file.Path;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rotations change the weights and not what the model computes. */
class QuaRotTest {
    private static final String FIXTURES = "fixtures/hf/llm/";

    private final Backend backend = new CpuBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private double largestChange(Path model) {
        try (var checkpoint = Checkpoint.open(model)) {
            ModelConfig config = ModelConfig.of(checkpoint.config());
            int[] tokens = Logits.tokens(24, config.vocabularySize());
            float[] expected = Logits.of(config, checkpoint.weights(), tokens, backend);
            var rotated = RotatedModel.of(new ModelRewrite(checkpoint.weights(), checkpoint.config()), 1, true);
            float[] logits = Logits.of(ModelConfig.of(rotated.config()), rotated.weights(), tokens, backend);
            double largest = 0;
            for (int i = 0; i < logits.length; i++) {
                largest = Math.max(largest, Math.abs(logits[i] - expected[i]));
            }
            return largest;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"llama-mha-f32", "llama-rope-variants-f32", "qwen2-tied-f32"})
    void rotatedWeightsGiveTheModelsLogits(String fixture) {
        assertThat(largestChange(SharedFiles.path(FIXTURES + fixture))).isLessThan(1e-3);
    }

    /** These store 16-bit numbers, and so the rotated ones are rounded to them. */
    @Test
    void sixteenBitModelsMoveByNoMoreThanTheirRounding() {
        assertThat(largestChange(ModelCatalog.resolve("reference/micro-llama"))).isLessThan(0.15);
    }

    @Test
    void tiedEmbeddingsAreUntiedAndNormsHaveNoGain() {
        try (var checkpoint = Checkpoint.open(SharedFiles.path(FIXTURES + "qwen2-tied-f32"))) {
            var rotated = RotatedModel.of(new ModelRewrite(checkpoint.weights(), checkpoint.config()), 0, false);
            assertThat(rotated.weights().names()).contains("lm_head.weight");
            assertThat(rotated.config().path("tie_word_embeddings").booleanValue()).isFalse();
            assertThat(rotated.weights().read("model.norm.weight").toFloats()).containsOnly(1f);
            assertThat(ModelConfig.of(rotated.config()).online().queriesAndKeys()).isNull();
        }
    }

    @Test
    void anOutlierChannelIsSpreadOverAll() {
        var weight = new float[4 * 64];
        for (int row = 0; row < 4; row++) {
            weight[row * 64 + 5] = 10;
        }
        Rotation.withSigns(64, 3).ofRows(weight, 64);
        for (float number : weight) {
            assertThat(Math.abs(number)).isCloseTo(10f / 8, within(1e-5f));
        }
    }

    /** They would round the rotated ones of the artifact. */
    @Test
    void scalesOfUnrotatedKeysAndValuesAreRefused() throws URISyntaxException {
        Path model = Path.of(QuaRotTest.class.getResource("/kv-cache/llama-float8/config.json").toURI()).getParent();
        try (var checkpoint = Checkpoint.open(model)) {
            assertThatThrownBy(() -> RotatedModel.of(new ModelRewrite(checkpoint.weights(), checkpoint.config()), 0, true))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("kv_cache_scheme");
        }
    }

    @Test
    void otherShapesAndASecondRotationAreRefused() {
        try (var checkpoint = Checkpoint.open(SharedFiles.path(FIXTURES + "llama-mha-f32"))) {
            var rotated = RotatedModel.of(new ModelRewrite(checkpoint.weights(), checkpoint.config()), 0, true);
            assertThatThrownBy(() -> RotatedModel.of(rotated, 0, true)).isInstanceOf(BitRankException.class).hasMessageContaining("already");
        }
        try (var checkpoint = Checkpoint.open(SharedFiles.path(FIXTURES + "opt-f32"))) {
            assertThatThrownBy(() -> RotatedModel.of(new ModelRewrite(checkpoint.weights(), checkpoint.config()), 0, true))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("opt");
        }
    }
}
