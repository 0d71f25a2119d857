package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.ResidualBinaryWeight;
import org.bitrank.kernels.DType;

/**
 * Block after block: choose the salient columns and the groups for all rows together, binarize every row of the block as the
 * finished blocks left it, and pass the errors on to the blocks to come.
 */
final class BiLlmSweep implements ErrorFeedback.Coder {
    private final ErrorFeedback feedback;
    private final float[][] factor;
    private final BiLlm.Options options;
    private final DType type;
    private final int rows;
    private final int columns;
    private final int blockSize;
    private final int blocks;
    private final boolean[] salient;
    private final byte[] codes;
    private final float[] numbers;
    /** Which of the present block's weights belong to the large group, {@code [rows, width]}. */
    private boolean[] large;

    BiLlmSweep(LayerGroup.Layer layer, GptqHessian hessian, float[][] factor, WeightSettings weights, BiLlm.Options options) {
        this.rows = layer.rows();
        this.columns = layer.columns();
        this.blockSize = weights.groupSizeFor(columns);
        this.blocks = columns / blockSize;
        this.feedback = new ErrorFeedback(layer, hessian, factor, blockSize, false);
        this.factor = factor;
        this.options = options;
        this.type = weights.scaleType().dtype();
        this.salient = new boolean[columns];
        this.codes = new byte[layer.weights().length];
        this.numbers = new float[rows * blocks * ResidualBinaryWeight.NUMBERS];
    }

    ResidualBinaryWeight run() {
        feedback.run(this);
        return new ResidualBinaryWeight(rows, columns, salient, codes, blockSize, numbers, type);
    }

    @Override
    public void startBlock(float[] weights, int start, int end) {
        int width = end - start;
        var values = new float[rows * width];
        var salience = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            int column = start + i % width;
            values[i] = weights[i / width * columns + column];
            salience[i] = options.metric().of(values[i], factor[column][column]);
        }
        boolean onWeights = options.search() == BiLlm.Search.WEIGHTS || options.metric() == SalienceMetric.MAGNITUDE;
        var search = new BiLlmSearch(onWeights ? values : salience, salience, rows, width);
        boolean[] chosen = search.salientColumns(options.salientLimit());
        System.arraycopy(chosen, 0, salient, start, width);
        large = search.largeGroup(chosen);
    }

    @Override
    public ErrorFeedback.RowCoder rows() {
        return new RowCoder();
    }

    private final class RowCoder implements ErrorFeedback.RowCoder {
        private int row;
        private int at;

        @Override
        public void startRow(int row, float[] finished, int start) {
            this.row = row;
            this.at = (row * blocks + start / blockSize) * ResidualBinaryWeight.NUMBERS;
            int end = start + blockSize;
            int from = row * blockSize - start;
            Binarization small = Binarization.of(finished, start, end, i -> !salient[i] && !large[from + i], type);
            Binarization big = Binarization.of(finished, start, end, i -> !salient[i] && large[from + i], type);
            Binarization once = Binarization.of(finished, start, end, i -> salient[i], type);
            var residual = new float[blockSize];
            for (int i = start; i < end; i++) {
                residual[i - start] = finished[i] - once.decode(once.upper(finished[i]));
            }
            Binarization twice = Binarization.of(residual, 0, blockSize, i -> salient[start + i], type);
            // The means of both passes are one number.
            float mean = Binarization.stored(once.mean() + twice.mean(), type);
            for (int i = start; i < end; i++) {
                boolean second = salient[i] ? twice.upper(residual[i - start]) : large[from + i];
                boolean sign = salient[i] ? once.upper(finished[i]) : (large[from + i] ? big : small).upper(finished[i]);
                codes[row * columns + i] = (byte) ((sign ? ResidualBinaryWeight.SIGN : 0) | (second ? ResidualBinaryWeight.SECOND : 0));
            }
            store(ResidualBinaryWeight.SMALL, small.mean(), small.spread());
            store(ResidualBinaryWeight.LARGE, big.mean(), big.spread());
            store(ResidualBinaryWeight.SALIENT, mean, once.spread(), twice.spread());
        }

        private void store(int kind, float... values) {
            System.arraycopy(values, 0, numbers, at + kind, values.length);
        }

        @Override
        public float code(int column, float weight) {
            return ResidualBinaryWeight.value(codes[row * columns + column], salient[column], numbers, at);
        }
    }
}
