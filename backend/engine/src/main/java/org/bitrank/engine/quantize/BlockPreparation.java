package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.NormWeights;
import org.bitrank.engine.model.ScaleSite;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.calibration.ProbeInputs;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * A block on the table of a {@linkplain QuantizationMethod#prepare preparing} method: its float weights, what calibration
 * learnt of its layers' inputs, and the ways to change the weights together so that the block computes the same.
 *
 * <p>Biases and norms are rounded to the type in which the model stores them, so that the artifact says exactly what the
 * following methods see. Weights of layers that are going to be coded stay in float32 until then.
 */
public final class BlockPreparation {
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    private final DecoderBlock block;
    private final List<ScaleSite> sites;
    private final Backend backend;
    private final WeightSource source;
    private final List<List<String>> groups;
    private final Map<String, String> firstOfGroup = new HashMap<>();
    private final Map<String, LayerInputs> inputs;
    private final ProbeInputs probes;
    private final Predicate<String> coded;
    private final Map<String, float[]> matrices = new HashMap<>();
    private final Map<String, float[]> changed = new LinkedHashMap<>();
    private final Map<String, ActivationScheme> roundings = new HashMap<>();
    /** Tensors that are not those of the source any more, by their names: norms and biases. */
    private final Map<String, DenseWeight> vectors = new LinkedHashMap<>();

    /**
     * @param block with the source's weights; null where nothing was calibrated
     * @param groups linear layers that read the same input
     * @param inputs of each group, under its first layer's name; scaled together with the weights
     * @param probes gives what a module's output can be compared on
     * @param coded whether the recipe wants a linear layer coded
     */
    BlockPreparation(
            DecoderBlock block,
            List<List<String>> groups,
            List<ScaleSite> sites,
            WeightSource source,
            Map<String, LayerInputs> inputs,
            ProbeInputs probes,
            Predicate<String> coded,
            Backend backend) {
        this.block = block;
        this.groups = List.copyOf(groups);
        this.backend = backend;
        this.sites = List.copyOf(sites);
        this.source = source;
        this.inputs = inputs;
        this.probes = probes;
        this.coded = coded;
        groups.forEach(group -> group.forEach(linear -> firstOfGroup.put(linear, group.getFirst())));
        sites.forEach(site -> site.consumers().forEach(linear -> firstOfGroup.putIfAbsent(linear, linear)));
    }

    /** Where channels of this block can be scaled. */
    public List<ScaleSite> sites() {
        return sites;
    }

    /** The linear layers of this block, those that are not going to be coded too. */
    public List<String> linears() {
        return firstOfGroup.keySet().stream().sorted().toList();
    }

    /** Whether this linear layer is going to be coded; others may share its input and have to be scaled with it. */
    public boolean codes(String linear) {
        return coded.test(linear);
    }

    /** What was asked for by {@link QuantizationMethod#preparationNeeds}, of the input as it is now. */
    public LayerInputs inputs(String linear) {
        return inputs.getOrDefault(firstOfGroup.get(linear), LayerInputs.NONE);
    }

    /** The matrix as it is now, row-major {@code [outputs, inputs]}; not to be written into. */
    public float[] weight(String linear) {
        return matrices.computeIfAbsent(linear, name -> {
            Weight weight = source.read(name + WEIGHT);
            Weights.requireFinite(name + WEIGHT, weight);
            return weight.toFloats();
        });
    }

    public int rows(String linear) {
        return source.info(linear + WEIGHT).rows();
    }

    public int columns(String linear) {
        return source.info(linear + WEIGHT).columns();
    }

    /** Puts other numbers in the place of a matrix. */
    public void replace(String linear, float[] weight) {
        if (weight.length != rows(linear) * columns(linear)) {
            throw new IllegalArgumentException(linear + " has " + rows(linear) + " x " + columns(linear) + " weights, not " + weight.length);
        }
        matrices.put(linear, weight);
        changed.put(linear, weight);
        if (block != null) {
            block.replace(linear, DenseWeight.of(weight, rows(linear), columns(linear)));
        }
    }

    /**
     * Divides channel {@code c} of the site's producer by {@code factors[c]} and multiplies it in all consumers, and tells the
     * known inputs of the consumers so. The block computes the same as before, but for rounding.
     *
     * @param factors positive and finite
     */
    public void scale(ScaleSite site, float[] factors) {
        for (float factor : factors) {
            if (!(factor > 0) || !Float.isFinite(factor)) {
                throw BitRankException.numerical("a scale of " + factor + " was found for the inputs of " + site.consumers()
                        + "; calibrate with more or other text, or check the model's weights");
            }
        }
        switch (site.source()) {
            case NORM -> divideNorm(site.producer(), factors);
            case LINEAR -> divideRows(site.producer(), site.rows(), factors);
        }
        if (site.consumers().stream().anyMatch(roundings::containsKey)) {
            throw BitRankException.badInput("ranges were found for the inputs of " + site.consumers() + ", which another method scales"
                    + " afterwards; put q-vlm behind the methods that scale");
        }
        var scaled = new ArrayList<String>();
        for (String consumer : site.consumers()) {
            float[] weight = weight(consumer).clone();
            for (int i = 0; i < weight.length; i++) {
                weight[i] *= factors[i % factors.length];
            }
            replace(consumer, weight);
            String first = firstOfGroup.get(consumer);
            if (first != null && inputs.containsKey(first) && !scaled.contains(first)) {
                inputs.put(first, inputs.get(first).dividedBy(factors));
                scaled.add(first);
            }
        }
    }

    private void divideNorm(String norm, float[] factors) {
        boolean biased = source.contains(norm + BIAS);
        float[] gain = vector(norm + WEIGHT);
        float[] bias = biased ? vector(norm + BIAS) : null;
        for (int c = 0; c < factors.length; c++) {
            gain[c] /= factors[c];
            if (biased) {
                bias[c] /= factors[c];
            }
        }
        gain = store(norm + WEIGHT, gain);
        bias = biased ? store(norm + BIAS, bias) : null;
        if (block != null) {
            block.replaceNorm(norm, new NormWeights(gain, bias));
        }
    }

    private void divideRows(String linear, int[] rows, float[] factors) {
        float[] weight = weight(linear).clone();
        int columns = columns(linear);
        for (int c = 0; c < rows.length; c++) {
            for (int column = 0; column < columns; column++) {
                weight[rows[c] * columns + column] /= factors[c];
            }
        }
        replace(linear, weight);
        if (source.contains(linear + BIAS)) {
            float[] bias = vector(linear + BIAS);
            for (int c = 0; c < rows.length; c++) {
                bias[rows[c]] /= factors[c];
            }
            bias = store(linear + BIAS, bias);
            if (block != null) {
                block.replaceBias(linear, bias);
            }
        }
    }

    private float[] vector(String name) {
        return (vectors.containsKey(name) ? vectors.get(name) : source.read(name)).toFloats().clone();
    }

    /** @return what the model's own type keeps of the values */
    private float[] store(String name, float[] values) {
        DType type = source.read(name) instanceof DenseWeight dense ? dense.dtype() : DType.FLOAT32;
        DenseWeight stored = DenseWeight.of(values, 1, values.length, type);
        Weights.requireFinite(name, stored);
        vectors.put(name, stored);
        return stored.toFloats();
    }

    /**
     * Compares choices of weights by what comes out of the site's module ({@link ScaleSite#measure()}) on calibration data.
     *
     * @param tokens at most so many are run, in whole sequences spread over the data
     */
    public ModuleProbe probe(ScaleSite site, int tokens) {
        return new ModuleProbe(this, block, site, probes.of(site.consumers().getFirst(), tokens), backend);
    }

    /**
     * Compares ways to round inputs by what comes out of the block on calibration data.
     *
     * @param tokens at most so many are run, in whole sequences spread over the data
     */
    public RoundingProbe roundingProbe(int tokens) {
        return new RoundingProbe(block, probes.of(null, tokens), backend);
    }

    /** Says how a linear layer's inputs are to be rounded while the model runs. @param scheme with its scales */
    public void round(String linear, ActivationScheme scheme) {
        roundings.put(linear, scheme);
    }

    /** How inputs are to be rounded where that was said, by the layer's name. */
    Map<String, ActivationScheme> roundings() {
        return roundings;
    }

    /** The linear layers that are going to be coded, those that read one input together, in the order they run. */
    public List<List<String>> codedGroups() {
        return groups.stream()
                .map(group -> group.stream().filter(coded).toList())
                .filter(group -> !group.isEmpty())
                .toList();
    }

    /** Norms and biases that were changed, by tensor name. */
    Map<String, DenseWeight> changedVectors() {
        return vectors;
    }

    /** Matrices that were changed, by the layer's name. */
    Map<String, float[]> changedMatrices() {
        return changed;
    }
}
