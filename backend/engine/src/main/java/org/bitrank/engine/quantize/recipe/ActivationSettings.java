package org.bitrank.engine.quantize.recipe;

import java.util.List;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.weights.ActivationScheme;

/**
 * How the inputs of the quantized layers are rounded while the model runs. Scales per token and per group are found while it
 * runs; those per tensor and per channel are calibrated and stored.
 *
 * @param bits {@link #NONE} leaves inputs as they are
 * @param groupSize with {@link Granularity#GROUP}
 * @param outlierThreshold 0 where there are no outliers
 */
public record ActivationSettings(
        @Option(help = "Bits of one code; none leaves the layers' inputs as they are.", defaultValue = "16", minimum = 2, maximum = 8, words = "none=16")
                int bits,
        @Option(
                        help = "Kind of grid: int is uniform integers, float is float8 E4M3 or float4 E2M1, cube-root is uniform after a"
                                + " cube root.",
                        defaultValue = "int")
                ActivationScheme.Type type,
        @Option(
                        help = "Which inputs share a scale. Per token and per group scales are found while the model runs, per tensor and"
                                + " per channel ones are calibrated and stored.",
                        defaultValue = "token")
                ActivationScheme.Granularity granularity,
        @Option(help = "Neighbouring inputs that share a scale, with granularity group.", defaultValue = "128", minimum = 1, maximum = 1048576)
                int groupSize,
        @Option(help = "Let zero be the middle code instead of finding a zero point.", defaultValue = "true") boolean symmetric,
        @Option(help = "Share of the range that codes cover.", defaultValue = "1", minimum = 0.1, maximum = 1) double clipRatio,
        @Option(
                        help = "Inputs of at least this magnitude are left as they are and don't widen the range, as LLM.int8() does; 0 for"
                                + " none.",
                        defaultValue = "0",
                        minimum = 0,
                        maximum = 65504)
                double outlierThreshold) {
    /** The bits that leave inputs as they are. */
    public static final int NONE = 16;

    public boolean present() {
        return bits != NONE;
    }

    /** Whether scales come from calibration data. */
    public boolean calibrated() {
        return granularity == ActivationScheme.Granularity.TENSOR || granularity == ActivationScheme.Granularity.CHANNEL;
    }

    void check(List<RecipeProblem> problems) {
        if (!present()) {
            return;
        }
        if (type == ActivationScheme.Type.FLOAT && bits != 8 && bits != 4) {
            problems.add(new RecipeProblem("activations.bits", bits + " is not allowed with type float; floats have 8 or 4 bits"));
        }
        if (type != ActivationScheme.Type.INT && !symmetric) {
            problems.add(new RecipeProblem("activations.symmetric", "must be true with type " + type.name().toLowerCase().replace('_', '-')
                    + "; only integers have zero points"));
        }
        if (calibrated() && outlierThreshold > 0) {
            problems.add(new RecipeProblem("activations.granularity", "calibrated scales know no outliers; set outlier-threshold: 0, or take"
                    + " granularity token or group"));
        }
    }

    /** What calibrated scales are made of. */
    public InputNeed need() {
        return symmetric ? InputNeed.MAGNITUDES : InputNeed.RANGES;
    }

    /** The same with one scale for a whole input. */
    public ActivationSettings perTensor() {
        return new ActivationSettings(bits, type, ActivationScheme.Granularity.TENSOR, groupSize, symmetric, clipRatio, outlierThreshold);
    }

    /** The same over another share of the range. */
    public ActivationSettings clippedTo(double ratio) {
        return new ActivationSettings(bits, type, granularity, groupSize, symmetric, ratio, outlierThreshold);
    }

    /** Without the scales of a layer. */
    public ActivationScheme scheme() {
        return new ActivationScheme(
                type,
                bits,
                granularity,
                granularity == ActivationScheme.Granularity.GROUP ? groupSize : 0,
                symmetric,
                !calibrated(),
                clipRatio,
                outlierThreshold,
                null,
                null);
    }

    /** The calibrated scales of a layer with these inputs, of which {@link #need()} is known. */
    public ActivationScheme scheme(LayerInputs inputs) {
        return symmetric ? scheme(inputs.largestMagnitude()) : scheme(inputs.lowest(), inputs.highest());
    }

    /** Zero points are whole, so that zero stays zero. */
    private ActivationScheme scheme(float[] lowest, float[] highest) {
        boolean one = granularity == ActivationScheme.Granularity.TENSOR;
        var scales = new float[one ? 1 : lowest.length];
        var ends = new float[2][scales.length];
        for (int i = 0; i < lowest.length; i++) {
            int scale = one ? 0 : i;
            ends[0][scale] = Math.min(ends[0][scale], lowest[i]);
            ends[1][scale] = Math.max(ends[1][scale], highest[i]);
        }
        var zeros = new float[scales.length];
        for (int i = 0; i < scales.length; i++) {
            scales[i] = scale(ends[1][i] - ends[0][i], (1 << bits) - 1);
            zeros[i] = (float) Math.rint((0 - clipRatio * ends[0][i]) / scales[i]);
        }
        return scheme().with(scales, zeros);
    }

    /**
     * The calibrated scales of a layer whose inputs reach these magnitudes.
     *
     * @param largest {@code max |x_j|} of each column
     */
    ActivationScheme scheme(float[] largest) {
        ActivationScheme scheme = scheme();
        float[] levels = scheme.levels();
        float top = levels == null ? (1 << bits - 1) - 1 : levels[levels.length - 1];
        float[] scales;
        if (granularity == ActivationScheme.Granularity.TENSOR) {
            float most = 0;
            for (float magnitude : largest) {
                most = Math.max(most, magnitude);
            }
            scales = new float[] {scale(most, top)};
        } else {
            scales = new float[largest.length];
            for (int i = 0; i < scales.length; i++) {
                scales[i] = scale(largest[i], top);
            }
        }
        return scheme.with(scales, null);
    }

    /** Of an input that is always 0 any scale will do. */
    private float scale(float magnitude, float top) {
        return magnitude == 0 ? 1 : (float) (clipRatio * magnitude / top);
    }

    /** For a table's cell: {@code A8}, {@code A4 g128}. */
    String label() {
        var label = new StringBuilder("A").append(bits);
        if (type != ActivationScheme.Type.INT) {
            label.append(' ').append(type == ActivationScheme.Type.FLOAT ? "float" : "cube-root");
        }
        switch (granularity) {
            case TOKEN -> {}
            case GROUP -> label.append(" g").append(groupSize);
            case TENSOR -> label.append(" tensor");
            case CHANNEL -> label.append(" channel");
        }
        return label.toString();
    }
}
