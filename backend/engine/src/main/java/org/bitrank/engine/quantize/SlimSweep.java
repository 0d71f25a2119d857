package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.MixedWidthWeight;
import org.bitrank.kernels.DType;

/** SliM-LLM on one layer: the groups' widths, then a walk over the columns in blocks of one group. */
final class SlimSweep implements ErrorFeedback.Coder {
    /** Weights whose salience is more than this many standard deviations above the mean are salient. */
    private static final double SALIENT_DEVIATIONS = 2;

    private final ErrorFeedback feedback;
    private final float[][] factor;
    private final float salienceWeight;
    private final int rows;
    private final int columns;
    private final int groupSize;
    private final int groups;
    private final int bits;
    private final DType type;
    private final byte[] codes;
    private final float[] scales;
    private final float[] shifts;
    private int[] bitsOfGroup;
    /** Of the present group. */
    private double threshold;

    SlimSweep(LayerGroup.Layer layer, GptqHessian hessian, float[][] factor, WeightSettings weights, SlimLlm.Options options) {
        this.rows = layer.rows();
        this.columns = layer.columns();
        this.groupSize = weights.groupSizeFor(columns);
        this.groups = columns / groupSize;
        this.bits = weights.bits();
        this.type = weights.scaleType().dtype();
        this.feedback = new ErrorFeedback(layer, hessian, factor, groupSize, true);
        this.factor = factor;
        this.salienceWeight = (float) options.salienceWeight();
        this.codes = new byte[layer.weights().length];
        this.scales = new float[rows * groups];
        this.shifts = new float[scales.length];
    }

    /** @param samples {@code [n, columns]}, the layer's inputs for some tokens */
    MixedWidthWeight run(float[] samples) {
        bitsOfGroup = new SlimAllocation(feedback.weights(), rows, columns, groupSize, bits, type, samples).bitsOfGroups(salienceOfGroups());
        feedback.run(this);
        return new MixedWidthWeight(rows, columns, groupSize, bitsOfGroup, codes, scales, shifts, type);
    }

    private double[] salienceOfGroups() {
        var sums = new double[groups];
        for (int i = 0; i < codes.length; i++) {
            int column = i % columns;
            sums[column / groupSize] += salience(feedback.weights()[i], column);
        }
        return sums;
    }

    private float salience(float weight, int column) {
        return SalienceMetric.HESSIAN.of(weight, factor[column][column]);
    }

    @Override
    public void startBlock(float[] weights, int start, int end) {
        double sum = 0;
        double squares = 0;
        long count = (long) rows * (end - start);
        for (int row = 0; row < rows; row++) {
            for (int column = start; column < end; column++) {
                double salience = salience(weights[row * columns + column], column);
                sum += salience;
                squares += salience * salience;
            }
        }
        double mean = sum / count;
        threshold = mean + SALIENT_DEVIATIONS * Math.sqrt(Math.max(0, squares / count - mean * mean));
    }

    @Override
    public ErrorFeedback.RowCoder rows() {
        return new RowCoder();
    }

    private final class RowCoder implements ErrorFeedback.RowCoder {
        private final GridSearch search = new GridSearch(SlimGroup.TRIED);
        private final float[] importance = new float[groupSize];
        private int row;
        private SlimGroup numbers;

        @Override
        public void startRow(int row, float[] finished, int start) {
            this.row = row;
            int group = start / groupSize;
            for (int i = 0; i < groupSize; i++) {
                importance[i] = salience(finished[start + i], start + i) > threshold ? salienceWeight : 1;
            }
            numbers = SlimGroup.searched(finished, start, start + groupSize, bitsOfGroup[group], importance, type, search);
            scales[row * groups + group] = numbers.scale();
            shifts[row * groups + group] = numbers.shift();
        }

        @Override
        public float code(int column, float weight) {
            int code = numbers.code(weight);
            codes[row * columns + column] = (byte) code;
            return numbers.decode(code);
        }
    }
}
