package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * MXFP4: four-bit floats in groups of 32 under a scale that is a power of two and takes one byte.
 *
 * <p>OCP Microscaling Formats (MX) 1.0; Rouhani et al.: Microscaling Data Formats for Deep Learning (arXiv 2310.10537).
 */
final class MxFloat4 implements QuantizationMethod<MxFloat4.Options> {
    record Options(
            @Option(
                            help = "How a group's scale follows from its largest weight: down (the specification's: the power of two"
                                    + " at or below it, divided by 4) or nearest (compressed-tensors': the next power where the"
                                    + " largest would otherwise be cut by more than rounding).",
                            defaultValue = "down")
                    ScaleRounding scaleRounding) {}

    enum ScaleRounding {
        DOWN,
        NEAREST
    }

    static final int GROUP_SIZE = 32;

    private static final int EXPONENT_BIAS = 127;
    private static final int LARGEST_CODE = 254;
    /** 6 = 1.5 times 2 to this: the largest element. */
    private static final int LARGEST_EXPONENT = 2;
    /** From here on a group's largest weight rounds to the next power of two, at one bit of mantissa. */
    private static final float ROUNDS_UP = 1.75f;

    @Override
    public String name() {
        return "mxfp4";
    }

    @Override
    public String title() {
        return "MXFP4";
    }

    @Override
    public String summary() {
        return "Rounds every weight to four-bit floating point (E2M1) under a power of two per 32 weights; looks at no data.";
    }

    @Override
    public String source() {
        return "OCP Microscaling Formats 1.0; Rouhani et al. 2023, https://arxiv.org/abs/2310.10537";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public boolean uniformIntegers() {
        return false;
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.FORMATS;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return Float4.weights(GROUP_SIZE);
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, options.scaleRounding()));
    }

    private static GroupedWeight quantize(LayerGroup.Layer layer, ScaleRounding rounding) {
        float[] weights = layer.weights();
        var layout = new GroupLayout.AlongColumns(GROUP_SIZE);
        var exponents = new byte[layout.count(layer.rows(), layer.columns())];
        var codes = new byte[weights.length];
        GroupRuns.forEach(layer.rows(), layer.columns(), layout, (group, from, to) -> {
            int exponent = exponent(GroupRuns.largest(weights, from, to), rounding);
            exponents[group] = (byte) exponent;
            Float4.codes(weights, from, to, Math.scalb(1f, exponent - EXPONENT_BIAS), codes);
        });
        return new GroupedWeight(
                layer.rows(), layer.columns(), Codebooks.E2M1, codes, layout, new GroupNumbers.PowersOfTwo(exponents), null, null);
    }

    /** The stored exponent of a group's scale; a group of zeros gets the smallest. */
    private static int exponent(float largest, ScaleRounding rounding) {
        int exponent = Math.getExponent(largest);
        if (rounding == ScaleRounding.NEAREST && Math.scalb(largest, -exponent) >= ROUNDS_UP) {
            exponent++;
        }
        return Math.clamp(exponent - LARGEST_EXPONENT + EXPONENT_BIAS, 0, LARGEST_CODE);
    }
}
