package org.bitrank.engine.quantize;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.PartlyBinaryWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;

/**
 * PB-LLM, its calibrated variant GPTQ-PB: the most salient weights keep many bits, the others become binary.
 *
 * <p>Shang, Yuan, Wu, Dong: PB-LLM, ICLR 2024 (arXiv 2310.00034), and its code.
 */
final class PbLlm implements QuantizationMethod<PbLlm.Options> {
    record Options(
            @Option(
                            help = "Share of the weights that keep salient-bits; 0.1 is 1.7 bits, 0.142857 is 2.0 bits.",
                            defaultValue = "0.1",
                            minimum = 0,
                            maximum = 1)
                    double salientFraction,
            @Option(help = "Bits of a salient weight's code.", defaultValue = "8", minimum = 2, maximum = 8) int salientBits,
            @Option(help = "What makes a weight salient: its magnitude, or what losing it would cost.", defaultValue = "hessian")
                    SalienceMetric metric,
            @Option(
                            help = "Added to the Hessian's diagonal, as a share of its mean; ten times as much, up to 1, where the"
                                    + " Hessian is not positive definite.",
                            defaultValue = "0.01",
                            minimum = 0,
                            maximum = 1)
                    double damping,
            @Option(
                            help = "Columns whose errors are passed on at once; the rest of the row learns of them afterwards.",
                            defaultValue = "128",
                            minimum = 1,
                            maximum = 16384)
                    int blockSize) {}

    @Override
    public String name() {
        return "pb-llm";
    }

    @Override
    public String title() {
        return "PB-LLM";
    }

    @Override
    public String summary() {
        return "Keeps a small share of salient weights in 8 bits, makes all others binary, and corrects errors as GPTQ does.";
    }

    @Override
    public MethodFamily family() {
        return MethodFamily.VERY_LOW_BITS;
    }

    @Override
    public String source() {
        return "Shang et al. 2023, https://arxiv.org/abs/2310.00034, https://github.com/hahnyuan/PB-LLM";
    }

    @Override
    public Class<Options> optionsType() {
        return Options.class;
    }

    @Override
    public Set<InputNeed> needs(Options options) {
        return Set.of(InputNeed.HESSIAN);
    }

    @Override
    public OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS.fixed("bits", "1").fixed("symmetric", "false");
    }

    @Override
    public String usualFormat() {
        return StorageFormats.OWN;
    }

    @Override
    public List<QuantizedWeight> quantize(LayerGroup group, WeightSettings weights, Options options, Backend backend) {
        return ErrorFeedback.walk(group, options.damping(), backend,
                (layer, hessian, factor) -> new Sweep(layer, hessian, factor, weights, options).run());
    }

    /** Masks, binarizations and the rows' fine grids are found from the weights as they were; then the columns are walked over. */
    private static final class Sweep implements ErrorFeedback.Coder {
        private final LayerGroup.Layer layer;
        private final WeightSettings weights;
        private final Options options;
        private final WeightSettings fine;
        private final ErrorFeedback feedback;
        private final int rows;
        private final int columns;
        private final int groupSize;
        private final int groups;
        private final boolean[] salient;
        private final byte[] codes;
        private final float[] scales;
        private final float[] zeros;
        private final Binarization[] binarizations;

        Sweep(LayerGroup.Layer layer, GptqHessian hessian, float[][] factor, WeightSettings weights, Options options) {
            this.layer = layer;
            this.weights = weights;
            this.options = options;
            this.fine = new WeightSettings(weights.type(), options.salientBits(), WeightSettings.CHANNEL, false, weights.scaleType());
            this.feedback = new ErrorFeedback(layer, hessian, factor, options.blockSize(), true);
            this.rows = layer.rows();
            this.columns = layer.columns();
            this.groupSize = weights.groupSizeFor(columns);
            this.groups = columns / groupSize;
            this.salient = new boolean[layer.weights().length];
            this.codes = new byte[salient.length];
            this.scales = new float[rows];
            this.zeros = new float[rows];
            this.binarizations = new Binarization[rows * groups];
            for (int group = 0; group < groups; group++) {
                markSalient(factor, group);
            }
            Rows.parallel(rows, 1, this::fitRows);
        }

        /** The most salient weights of the group's columns in all rows. */
        private void markSalient(float[][] factor, int group) {
            int first = group * groupSize;
            var salience = new float[rows * groupSize];
            for (int i = 0; i < salience.length; i++) {
                int column = first + i % groupSize;
                salience[i] = options.metric().of(feedback.weights()[i / groupSize * columns + column], factor[column][column]);
            }
            float[] sorted = salience.clone();
            Arrays.parallelSort(sorted);
            int usual = (int) (salience.length * (1 - options.salientFraction()));
            // With no usual weights at all even the least salient one is above the threshold.
            float threshold = usual == 0 ? Float.NEGATIVE_INFINITY : sorted[usual - 1];
            for (int i = 0; i < salience.length; i++) {
                salient[i / groupSize * columns + first + i % groupSize] = salience[i] > threshold;
            }
        }

        private void fitRows(int from, int to) {
            var grid = new GroupGrid(fine, false);
            for (int row = from; row < to; row++) {
                grid.fit(feedback.weights(), row * columns, (row + 1) * columns);
                scales[row] = grid.scale();
                zeros[row] = grid.zero();
                for (int group = 0; group < groups; group++) {
                    int first = row * columns + group * groupSize;
                    binarizations[row * groups + group] = Binarization.of(
                            feedback.weights(), first, first + groupSize, i -> !salient[i], weights.scaleType().dtype());
                }
            }
        }

        PartlyBinaryWeight run() {
            feedback.run(this);
            var means = new float[binarizations.length];
            var spreads = new float[binarizations.length];
            for (int i = 0; i < means.length; i++) {
                means[i] = binarizations[i].mean();
                spreads[i] = binarizations[i].spread();
            }
            return new PartlyBinaryWeight(
                    rows, columns, options.salientBits(), salient, codes, scales, zeros, groupSize, means, spreads, weights.scaleType().dtype());
        }

        @Override
        public ErrorFeedback.RowCoder rows() {
            return new RowCoder();
        }

        private final class RowCoder implements ErrorFeedback.RowCoder {
            private final GroupGrid grid = new GroupGrid(fine, false);
            private int row;

            @Override
            public void startRow(int row, float[] finished, int start) {
                this.row = row;
                grid.use(scales[row], zeros[row]);
            }

            @Override
            public float code(int column, float weight) {
                int at = row * columns + column;
                if (salient[at]) {
                    int code = grid.code(weight);
                    codes[at] = (byte) code;
                    return grid.decode(code);
                }
                Binarization binary = binarizations[row * groups + column / groupSize];
                boolean upper = binary.upper(weight);
                codes[at] = (byte) (upper ? 1 : 0);
                return binary.decode(upper);
            }
        }
    }
}
