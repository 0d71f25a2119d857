package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.SourceAround;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What is done while a model runs: transforms, rounded inputs, rounded keys and values. */
class OnlineStepsTest {
    private static final ModelFixture FIXTURE = new ModelFixture("llama31-gqa-tied-bf16", "config.json", "");

    private final Backend backend = new CpuBackend(ComputeType.FLOAT32);

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private static ActivationScheme perToken(int bits) {
        return ActivationScheme.dynamic(ActivationScheme.Type.INT, bits, ActivationScheme.Granularity.TOKEN, 0);
    }

    private static OnlineSteps quantized(int bits) {
        return OnlineSteps.NONE
                .withInputs(List.of(new OnlineSteps.InputRule(List.of("*"), null, perToken(bits))))
                .withKeyValues(new KeyValueScheme(bits, 0, false, 0.95));
    }

    private static ModelConfig config(OnlineSteps steps) {
        var json = (ObjectNode) JsonMapper.shared().readTree(FIXTURE.path("config.json"));
        json.set(OnlineSteps.KEY, steps.toJson());
        return ModelConfig.of(json);
    }

    private static int[] tokens() {
        return ModelFixture.ids(FIXTURE.expected().get("input_ids"));
    }

    @Test
    void comeBackFromConfigJson() {
        var steps = new OnlineSteps(
                List.of(
                        new OnlineSteps.InputRule(List.of("down_proj"), HadamardTransform.ofRow(96), perToken(4)),
                        new OnlineSteps.InputRule(List.of("o_proj", "q_proj"), null,
                                new ActivationScheme(ActivationScheme.Type.CUBE_ROOT, 6, ActivationScheme.Granularity.GROUP, 16, true, true,
                                        0.9, 6, null, null))),
                new HadamardTransform(16, 1),
                new KeyValueScheme(4, 8, false, 0.95),
                6);
        assertThat(config(steps).online()).isEqualTo(steps);
    }

    @Test
    void aDamagedDescriptionIsRefused() {
        var json = (ObjectNode) JsonMapper.shared().readTree(FIXTURE.path("config.json"));
        json.putObject(OnlineSteps.KEY).putObject("kv_cache").put("bits", "four");
        assertThatThrownBy(() -> ModelConfig.of(json)).isInstanceOf(BitRankException.class).hasMessageContaining("bitrank");
    }

    /** A layer whose weight and input are transformed alike computes what it did. */
    @Test
    void transformsInFrontOfTransformedWeightsChangeNothing() {
        var across = new HadamardTransform(2, FIXTURE.config().headSize());
        var down = HadamardTransform.ofRow(FIXTURE.config().intermediateSize());
        var steps = new OnlineSteps(
                List.of(
                        new OnlineSteps.InputRule(List.of("o_proj"), across, null),
                        new OnlineSteps.InputRule(List.of("down_proj"), down, null)),
                HadamardTransform.ofRow(FIXTURE.config().headSize()),
                null,
                0);
        try (Checkpoint checkpoint = FIXTURE.open();
                var plain = CausalLM.load(FIXTURE.config(), checkpoint.weights(), backend);
                var treated = CausalLM.load(config(steps), new Transformed(checkpoint.weights(), across, down), backend)) {
            float[] expected = ModelFixture.logits(plain, TokenBatch.of(tokens()));
            assertThat(ModelFixture.logits(treated, TokenBatch.of(tokens()))).containsExactly(expected, within(1e-4f));
        }
    }

    private record Transformed(WeightSource source, HadamardTransform output, HadamardTransform down) implements SourceAround {
        @Override
        public Weight read(String name) {
            Weight weight = source.read(name);
            HadamardTransform transform = name.endsWith("o_proj.weight") ? output : name.endsWith("down_proj.weight") ? down : null;
            if (transform == null) {
                return weight;
            }
            float[] values = weight.toFloats();
            var matrix = new double[values.length];
            Arrays.setAll(matrix, i -> values[i]);
            transform.applyToRows(matrix, weight.columns());
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) matrix[i];
            }
            return DenseWeight.of(values, weight.rows(), weight.columns());
        }
    }

    @Test
    void coarserInputsMoveTheLogitsFurther() {
        try (Checkpoint checkpoint = FIXTURE.open()) {
            float[] plain = logits(checkpoint.weights(), OnlineSteps.NONE);
            double error8 = distance(plain, logits(checkpoint.weights(), quantized(8)));
            double error4 = distance(plain, logits(checkpoint.weights(), quantized(4)));
            assertThat(error8).isPositive();
            assertThat(error4).isGreaterThan(4 * error8);
        }
    }

    private float[] logits(WeightSource weights, OnlineSteps steps) {
        try (var model = CausalLM.load(config(steps), weights, backend)) {
            return ModelFixture.logits(model, TokenBatch.of(tokens()));
        }
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.pow(a[i] - b[i], 2);
        }
        return Math.sqrt(sum);
    }

    @Test
    void aSequencesNumbersDoNotDependOnItsBatch() {
        int[] ids = tokens();
        int[] other = Arrays.copyOfRange(ids, 3, ids.length);
        try (Checkpoint checkpoint = FIXTURE.open(); var model = CausalLM.load(config(quantized(6)), checkpoint.weights(), backend)) {
            float[] alone = backend.download(model.hidden(TokenBatch.of(ids)));
            float[] together = backend.download(model.hidden(TokenBatch.of(other, ids)));
            assertThat(Arrays.copyOfRange(together, together.length - alone.length, together.length)).isEqualTo(alone);
        }
    }

    @Test
    void cachedKeysAndValuesGiveTheNumbersOfUncachedOnes() {
        int[] ids = tokens();
        int cut = ids.length / 2;
        try (Checkpoint checkpoint = FIXTURE.open();
                var model = CausalLM.load(config(quantized(6)), checkpoint.weights(), backend);
                var cache = new KeyValueCache(model.config(), backend, ids.length)) {
            float[] whole = backend.download(model.hidden(TokenBatch.of(ids)));
            model.hidden(TokenBatch.following(0, Arrays.copyOf(ids, cut)), cache);
            float[] rest = backend.download(model.hidden(TokenBatch.following(cut, Arrays.copyOfRange(ids, cut, ids.length)), cache));
            assertThat(rest).containsExactly(Arrays.copyOfRange(whole, whole.length - rest.length, whole.length), within(1e-5f));
        }
    }

    @ParameterizedTest
    @EnumSource(ActivationScheme.Granularity.class)
    void schemesOfCheckpointsAreApplied(ActivationScheme.Granularity granularity) {
        try (Checkpoint checkpoint = FIXTURE.open()) {
            float[] plain = logits(checkpoint.weights(), OnlineSteps.NONE);
            float[] rounded = logits(new WithSchemes(checkpoint.weights(), granularity), OnlineSteps.NONE);
            assertThat(distance(plain, rounded)).isPositive().isLessThan(distance(plain, new float[plain.length]));
        }
    }

    private record WithSchemes(WeightSource source, ActivationScheme.Granularity granularity) implements SourceAround {
        @Override
        public Optional<ActivationScheme> activations(String linear) {
            int inputs = source.info(linear + ".weight").columns();
            return Optional.of(switch (granularity) {
                case TOKEN -> perToken(8);
                case GROUP -> new ActivationScheme(ActivationScheme.Type.FLOAT, 4, granularity, 16, true, true, new float[] {300}, null);
                case TENSOR -> new ActivationScheme(ActivationScheme.Type.FLOAT, 8, granularity, 0, true, false, new float[] {0.01f}, null);
                case CHANNEL -> new ActivationScheme(ActivationScheme.Type.INT, 8, granularity, 0, false, false, filled(inputs, 0.05f), filled(inputs, 128));
            });
        }

        private static float[] filled(int count, float value) {
            var values = new float[count];
            Arrays.fill(values, value);
            return values;
        }
    }

    @Test
    void integerOperatorsComeNearTheFloatingOnes() {
        try (Checkpoint checkpoint = FIXTURE.open()) {
            float[] plain = logits(checkpoint.weights(), OnlineSteps.NONE);
            double size = distance(plain, new float[plain.length]);
            assertThat(distance(plain, logits(checkpoint.weights(), OnlineSteps.NONE.withIntegerOperators(8)))).isBetween(1e-4 * size, 0.3 * size);
        }
    }

    @Test
    void dynamicScalesForAWholeTensorAreRefused() {
        var scheme = ActivationScheme.dynamic(ActivationScheme.Type.INT, 8, ActivationScheme.Granularity.TENSOR, 0);
        try (Checkpoint checkpoint = FIXTURE.open()) {
            OnlineSteps steps = OnlineSteps.NONE.withInputs(List.of(new OnlineSteps.InputRule(List.of("q_proj"), null, scheme)));
            assertThatThrownBy(() -> CausalLM.load(config(steps), checkpoint.weights(), backend))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("batch");
        }
    }
}
