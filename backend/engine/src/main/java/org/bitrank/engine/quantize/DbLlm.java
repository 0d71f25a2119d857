package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.DualBinaryWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;

/**
 * DB-LLM's Flexible Dual Binarization: how its two binary weights begin and how codes are assigned. The authors then train the
 * scales by distillation, which is no part of this method; {@code fit-steps} is our own step without any data.
 *
 * <p>Chen et al.: DB-LLM, Findings of ACL 2024 (arXiv 2402.11960).
 */
final class DbLlm implements QuantizationMethod<DbLlm.Options> {
    record Options(
            @Option(
                            help = "Rounds of assigning codes and solving for both scales by least squares (ours, not the authors');"
                                    + " 0: as the authors' training begins.",
                            defaultValue = "0",
                            minimum = 0,
                            maximum = 1000)
                    int fitSteps) {}

    @Override
    public String name() {
        return "db-llm";
    }

    @Override
    public String title() {
        return "DB-LLM (without its training)";
    }

    @Override
    public String summary() {
        return "Two binary weights with a scale each, as DB-LLM's training starts from them; looks at no data.";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.VERY_LOW_BITS;
    }

    @Override
    public String source() {
        return "Chen et al. 2024, https://arxiv.org/abs/2402.11960";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.fixed("bits", "2").fixed("symmetric", "false");
    }

    @Override
    public String usualFormat() {
        return StorageFormats.OWN;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return group.coded(layer -> quantize(layer, weights, options));
    }

    private static DualBinaryWeight quantize(LayerGroup.Layer layer, WeightSettings weights, Options options) {
        int columns = layer.columns();
        int groupSize = weights.groupSizeFor(columns);
        int groups = columns / groupSize;
        DType type = weights.scaleType().dtype();
        var codes = new byte[layer.weights().length];
        var first = new float[layer.rows() * groups];
        var second = new float[first.length];
        Rows.parallel(layer.rows(), 1, (from, to) -> {
            for (int group = from * groups; group < to * groups; group++) {
                // Groups divide the row, so a row's groups follow each other in memory.
                int start = group * groupSize;
                var pair = Pair.first(layer.weights(), start, start + groupSize, type).fit(layer.weights(), start, start + groupSize, options.fitSteps(), type);
                first[group] = pair.first;
                second[group] = pair.second;
                for (int i = start; i < start + groupSize; i++) {
                    codes[i] = (byte) pair.code(layer.weights()[i]);
                }
            }
        });
        return new DualBinaryWeight(layer.rows(), columns, codes, groupSize, first, second, type);
    }

    /** {@code first > 0 > second}; levels are both, one or none of them. */
    private record Pair(float first, float second) {
        /** {@code second} is the step of two bits, {@code max|w| / 2}, downwards, {@code first} twice that upwards. */
        static Pair first(float[] weights, int from, int to, DType type) {
            float largest = 0;
            for (int i = from; i < to; i++) {
                largest = Math.max(largest, Math.abs(weights[i]));
            }
            float step = GroupGrid.stored(largest / 2, type);
            return new Pair(2 * step, -step);
        }

        int code(float weight) {
            boolean one = weight >= (first + second) / 2;
            boolean other = weight - (one ? first : 0) <= second / 2;
            return (one ? 1 : 0) + (other ? 2 : 0);
        }

        private float decode(int code) {
            return ((code & 1) == 0 ? 0 : first) + ((code & 2) == 0 ? 0 : second);
        }

        private double error(float[] weights, int from, int to) {
            double sum = 0;
            for (int i = from; i < to; i++) {
                double difference = weights[i] - decode(code(weights[i]));
                sum += difference * difference;
            }
            return sum;
        }

        /** Codes for the scales, scales for the codes, until nothing gets better or the signs would be lost. */
        Pair fit(float[] weights, int from, int to, int steps, DType type) {
            Pair best = this;
            double least = error(weights, from, to);
            for (int step = 0; step < steps; step++) {
                Pair next = best.solved(weights, from, to, type);
                double error = next == null ? Double.POSITIVE_INFINITY : next.error(weights, from, to);
                if (error >= least) {
                    break;
                }
                best = next;
                least = error;
            }
            return best;
        }

        /** The least squares of {@code b1 first + b2 second} for the codes of now, or null where these determine no such pair. */
        private Pair solved(float[] weights, int from, int to, DType type) {
            int ones = 0;
            int others = 0;
            int both = 0;
            double onesSum = 0;
            double othersSum = 0;
            for (int i = from; i < to; i++) {
                int code = code(weights[i]);
                if ((code & 1) != 0) {
                    ones++;
                    onesSum += weights[i];
                }
                if ((code & 2) != 0) {
                    others++;
                    othersSum += weights[i];
                }
                both += code == 3 ? 1 : 0;
            }
            double determinant = (double) ones * others - (double) both * both;
            if (determinant == 0) {
                return null;
            }
            float first = Binarization.stored((float) ((onesSum * others - othersSum * both) / determinant), type);
            float second = Binarization.stored((float) ((othersSum * ones - onesSum * both) / determinant), type);
            return first > 0 && second < 0 ? new Pair(first, second) : null;
        }
    }
}
