package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.LinearObserver;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.ScaleSite;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.engine.model.Workspace;
import org.bitrank.engine.quantize.calibration.Calibration;
import org.bitrank.engine.quantize.calibration.CalibrationStates;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a block of the embedded model. */
class BlockPreparationTest {
    private static final int BLOCK = 2;

    private final Backend backend = Backends.open("cpu", ComputeType.FLOAT32);
    private final Checkpoint checkpoint = Checkpoint.open(ModelCatalog.resolve("reference/micro-llama"));
    private final ModelConfig config = ModelConfig.of(checkpoint.config());
    private final Workspace workspace = new Workspace(config, backend);
    @TempDir
    private Path scratch;

    private CalibrationStates states;
    private DecoderBlock block;
    private Map<String, LayerInputs> inputs;
    private BlockPreparation preparation;

    @BeforeEach
    void open() {
        var random = new Random(7);
        var sequences = new int[6][];
        for (int i = 0; i < sequences.length; i++) {
            sequences[i] = random.ints(40, 0, config.vocabularySize()).toArray();
        }
        states = new CalibrationStates(new Calibration("random", "", 40, sequences), config, checkpoint.weights(), scratch, backend);
        block = DecoderBlock.load(config, BLOCK, checkpoint.weights(), workspace);
        inputs = observe();
        preparation = new BlockPreparation(block, config.linearGroups(BLOCK), config.scaleSites(BLOCK), checkpoint.weights(), inputs,
                (linear, tokens) -> states.inputs(block, linear, tokens), linear -> true, backend);
    }

    @AfterEach
    void close() {
        block.close();
        states.close();
        workspace.close();
        checkpoint.close();
        backend.close();
    }

    private Map<String, LayerInputs> observe() {
        try (var gatherer = states.gatherer()) {
            for (List<String> group : config.linearGroups(BLOCK)) {
                String first = group.getFirst();
                gatherer.expect(first, checkpoint.weights().info(first + ".weight").columns(),
                        EnumSet.of(InputNeed.HESSIAN, InputNeed.MAGNITUDES, InputNeed.SAMPLES));
            }
            states.observe(block, gatherer, null, Progress.SILENT);
            return gatherer.results();
        }
    }

    private float[] outputs() {
        var random = new Random(11);
        var values = new float[30 * config.hiddenSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        try (Tensor x = backend.upload(values, new Shape(30, config.hiddenSize()))) {
            block.forward(x, TokenBatch.of(new int[20], new int[10]), LinearObserver.NONE);
            return backend.download(x);
        }
    }

    /** Powers of two, which no rounding changes. */
    private static float[] factors(int channels) {
        var factors = new float[channels];
        for (int c = 0; c < channels; c++) {
            factors[c] = Math.scalb(1f, c % 5 - 2);
        }
        return factors;
    }

    @Test
    void scalingEverySiteLeavesWhatTheBlockComputes() {
        float[] before = outputs();
        for (ScaleSite site : preparation.sites()) {
            preparation.scale(site, factors(site.channels()));
        }
        float[] after = outputs();
        assertThat(preparation.sites()).isNotEmpty();
        for (int i = 0; i < before.length; i++) {
            assertThat(after[i]).isCloseTo(before[i], within(1e-4f * Math.max(1, Math.abs(before[i]))));
        }
    }

    @Test
    void whatIsKnownOfTheInputsIsScaledWithThem() {
        for (ScaleSite site : preparation.sites()) {
            preparation.scale(site, factors(site.channels()));
        }
        Map<String, LayerInputs> seen = observe();
        inputs.forEach((linear, known) -> {
            LayerInputs again = seen.get(linear);
            assertClose(known.meanMagnitude(), again.meanMagnitude());
            assertClose(known.largestMagnitude(), again.largestMagnitude());
            assertClose(known.samples(), again.samples());
            assertClose(known.hessian(), again.hessian());
        });
    }

    private static void assertClose(float[] known, float[] seen) {
        assertThat(known).hasSameSizeAs(seen);
        float largest = 0;
        for (float value : seen) {
            largest = Math.max(largest, Math.abs(value));
        }
        for (int i = 0; i < seen.length; i++) {
            assertThat(known[i]).isCloseTo(seen[i], within(1e-4f * largest));
        }
    }

    @Test
    void aProbeFindsNoErrorInTheBlocksOwnWeightsAndMoreInWorseOnes() {
        ScaleSite site = preparation.sites().stream().filter(each -> each.measure() != ScaleSite.Measure.LINEAR).findFirst().orElseThrow();
        String linear = site.consumers().getLast();
        try (ModuleProbe probe = preparation.probe(site, 80)) {
            float[] own = preparation.weight(linear);
            float[] zero = new float[own.length];
            float[] near = own.clone();
            near[0] += 0.01f;
            assertThat(probe.error(Map.of(linear, own))).isZero();
            assertThat(probe.error(Map.of(linear, near))).isPositive().isLessThan(probe.error(Map.of(linear, zero)));
        }
        assertThat(Arrays.equals(outputs(), outputs())).isTrue();
    }

    @Test
    void anImpossibleFactorIsRefused() {
        ScaleSite site = preparation.sites().getFirst();
        float[] factors = factors(site.channels());
        factors[3] = Float.NaN;
        assertThatThrownBy(() -> preparation.scale(site, factors)).isInstanceOf(BitRankException.class).hasMessageContaining("calibrate");
    }

    @Test
    void changedNormsAreKeptInTheModelsOwnType() {
        ScaleSite site = preparation.sites().getFirst();
        preparation.scale(site, factors(site.channels()));
        String norm = site.producer() + ".weight";
        assertThat(new HashMap<>(preparation.changedVectors()).get(norm).dtype())
                .isEqualTo(((org.bitrank.engine.weights.DenseWeight) checkpoint.weights().read(norm)).dtype());
        assertThat(preparation.changedMatrices()).containsOnlyKeys(site.consumers());
    }
}
