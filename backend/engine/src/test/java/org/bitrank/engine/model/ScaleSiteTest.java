package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Scaling at a site changes weights and not what a block computes. */
class ScaleSiteTest {
    private final Backend backend = new ReferenceBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    static List<ModelFixture> fixtures() {
        return ModelFixture.all();
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void scalingEverySiteLeavesTheBlocksOutputAsItIs(ModelFixture fixture) {
        ModelConfig config = fixture.config();
        try (Checkpoint checkpoint = fixture.open();
                var block = DecoderBlock.load(config, 1, checkpoint.weights(), backend)) {
            float[] before = output(block, config);
            var weights = new HashMap<String, float[]>();
            for (ScaleSite site : block.scaleSites()) {
                scale(site, block, checkpoint, weights);
            }
            assertThat(output(block, config)).containsExactly(before, within(2e-4f));
        }
    }

    @ParameterizedTest
    @MethodSource("fixtures")
    void consumersOfASiteReadTheChannelsThatItsProducerMakes(ModelFixture fixture) {
        ModelConfig config = fixture.config();
        try (Checkpoint checkpoint = fixture.open()) {
            for (ScaleSite site : config.scaleSites(0)) {
                for (String consumer : site.consumers()) {
                    assertThat(checkpoint.weights().info(consumer + ".weight").columns()).isEqualTo(site.channels());
                }
            }
        }
    }

    private float[] output(DecoderBlock block, ModelConfig config) {
        int tokens = 5;
        var values = new float[tokens * config.hiddenSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.sin(0.7 * i) * 2;
        }
        try (Tensor x = backend.upload(values, new Shape(tokens, config.hiddenSize()))) {
            block.forward(x, TokenBatch.of(new int[] {1, 2, 3}, new int[] {4, 5}), LinearObserver.NONE);
            return backend.download(x);
        }
    }

    private static void scale(ScaleSite site, DecoderBlock block, Checkpoint checkpoint, Map<String, float[]> weights) {
        var factors = new float[site.channels()];
        for (int c = 0; c < factors.length; c++) {
            factors[c] = 0.5f + (c % 7) / 2f;
        }
        if (site.source() == ScaleSite.Source.NORM) {
            NormWeights norm = block.norm(site.producer());
            divide(norm.gain(), 1, site.rows(), factors);
            if (norm.bias() != null) {
                divide(norm.bias(), 1, site.rows(), factors);
            }
            block.replaceNorm(site.producer(), norm);
        } else {
            int columns = checkpoint.weights().info(site.producer() + ".weight").columns();
            float[] producer = weights(site.producer(), checkpoint, weights);
            divide(producer, columns, site.rows(), factors);
            block.replace(site.producer(), DenseWeight.of(producer, producer.length / columns, columns));
            float[] bias = block.bias(site.producer());
            if (bias != null) {
                divide(bias, 1, site.rows(), factors);
                block.replaceBias(site.producer(), bias);
            }
        }
        for (String consumer : site.consumers()) {
            float[] weight = weights(consumer, checkpoint, weights);
            for (int i = 0; i < weight.length; i++) {
                weight[i] *= factors[i % factors.length];
            }
            block.replace(consumer, DenseWeight.of(weight, weight.length / factors.length, factors.length));
        }
    }

    private static void divide(float[] values, int width, int[] rows, float[] factors) {
        for (int c = 0; c < rows.length; c++) {
            for (int i = 0; i < width; i++) {
                values[rows[c] * width + i] /= factors[c];
            }
        }
    }

    private static float[] weights(String linear, Checkpoint checkpoint, Map<String, float[]> known) {
        return known.computeIfAbsent(linear, name -> checkpoint.weights().read(name + ".weight").toFloats());
    }
}
