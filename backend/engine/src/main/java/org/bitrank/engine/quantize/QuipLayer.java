package org.bitrank.engine.quantize;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.RandomRotation;
import org.bitrank.engine.weights.RotatedWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/** QuIP on one layer. */
final class QuipLayer {
    /** As the authors' code: what a diagonal is at least before it is divided by, and what a turned Hessian's gets added. */
    private static final double SMALLEST = 1e-8;

    private static final float RIDGE = 0.01f;

    private static final int BLOCK = 128;

    private final LayerGroup.Layer layer;
    private final QuantizationNotes notes;
    private final int rows;
    private final int columns;
    private final WeightSettings weights;
    private final Quip.Options options;
    private final DType type;
    private final float[] hessian;
    private float[] turned;

    /** @param group whose inputs the layer reads; its Hessian is that of other layers too and is not changed */
    QuipLayer(LayerGroup.Layer layer, LayerGroup group, WeightSettings weights, Quip.Options options) {
        this.layer = layer;
        this.notes = group.notes();
        this.rows = layer.rows();
        this.columns = layer.columns();
        this.weights = weights;
        this.options = options;
        this.type = weights.scaleType().dtype();
        this.hessian = group.inputs().hessian().clone();
        this.turned = layer.weights();
    }

    RotatedWeight quantize(Backend backend) {
        normalize();
        float[] inputScales = options.rescale() ? rescale() : null;
        RandomRotation inputs = null;
        RandomRotation outputs = null;
        if (options.rotate()) {
            flatten();
            inputs = new RandomRotation(columns, seed("inputs"));
            outputs = new RandomRotation(rows, seed("outputs"));
            turn(inputs, outputs);
        }
        return new RotatedWeight(round(backend), outputs, inputs, inputScales == null ? null : GroupNumbers.plain(inputScales, type));
    }

    /** Every matrix has rotations of its own. */
    private long seed(String side) {
        var sum = new CRC32();
        sum.update((layer.name() + " " + side).getBytes(StandardCharsets.UTF_8));
        return options.seed() << 32 | sum.getValue();
    }

    /** The Hessian's largest number becomes 1. */
    private void normalize() {
        float largest = 0;
        for (float value : hessian) {
            largest = Math.max(largest, Math.abs(value));
        }
        if (!Float.isFinite(largest)) {
            throw BitRankException.numerical("the inputs of " + layer.name()
                    + " are not finite; calibrate with --compute float32 and check the model's weights");
        }
        for (int i = 0; largest > 0 && i < hessian.length; i++) {
            hessian[i] /= largest;
        }
    }

    /** {@code t = (H_jj / (W^T W)_jj)^(1/4)}; {@code W *= t}, {@code H /= t t^T}. */
    private float[] rescale() {
        var squares = new double[columns];
        for (int i = 0; i < turned.length; i++) {
            squares[i % columns] += (double) turned[i] * turned[i];
        }
        var scales = new float[columns];
        for (int j = 0; j < columns; j++) {
            double ratio = Math.max(hessian[j * columns + j], SMALLEST) / Math.max(squares[j], SMALLEST);
            scales[j] = GroupGrid.stored((float) Math.sqrt(Math.sqrt(ratio)), type);
        }
        for (int i = 0; i < turned.length; i++) {
            turned[i] *= scales[i % columns];
        }
        for (int i = 0; i < hessian.length; i++) {
            hessian[i] = hessian[i] / scales[i % columns] / scales[i / columns];
        }
        return scales;
    }

    /** The mean of the Hessian's diagonal becomes 1, and a little is added. */
    private void flatten() {
        double trace = 0;
        for (int j = 0; j < columns; j++) {
            trace += hessian[j * columns + j];
        }
        float factor = (float) (columns / (trace + SMALLEST));
        for (int i = 0; i < hessian.length; i++) {
            hessian[i] *= factor;
        }
        for (int j = 0; j < columns; j++) {
            hessian[j * columns + j] += RIDGE;
        }
    }

    /** {@code W = U W V^T}, {@code H = V H V^T}. */
    private void turn(RandomRotation inputs, RandomRotation outputs) {
        inputs.turnRows(turned);
        float[] sideways = RotatedWeight.transpose(turned, rows, columns);
        outputs.turnRows(sideways);
        turned = RotatedWeight.transpose(sideways, columns, rows);
        inputs.turnRows(hessian);
        // H is symmetric, so its columns are turned as the rows of the transposed product.
        float[] half = RotatedWeight.transpose(hessian, columns, columns);
        inputs.turnRows(half);
        for (int i = 0; i < columns; i++) {
            for (int j = 0; j < columns; j++) {
                hessian[i * columns + j] = (half[i * columns + j] + half[j * columns + i]) / 2;
            }
        }
    }

    private GroupedWeight round(Backend backend) {
        int largest = (1 << weights.bits()) - 1;
        double squares = 0;
        for (float weight : turned) {
            squares += (double) weight * weight;
        }
        float reach = (float) (options.range() * Math.sqrt(squares / turned.length));
        float step = GroupGrid.stored(2 * reach / largest, type);
        float zero = largest / 2f;
        for (int i = 0; i < turned.length; i++) {
            turned[i] = Math.clamp(turned[i], -zero * step, zero * step);
        }
        var order = options.sort() ? GptqHessian.Order.LARGEST_FIRST : GptqHessian.Order.REVERSED;
        var turnedLayer = new LayerGroup.Layer(layer.name(), rows, columns, turned);
        var columnsOfHessian = new GptqHessian(new LayerGroup(List.of(turnedLayer), LayerInputs.ofHessian(hessian), notes), order);
        float[][] factor = columnsOfHessian.factor(options.damping(), backend);
        float[] wanted = options.greedyPasses() == 0 ? null : turned.clone();
        var ldlq = new Ldlq(columnsOfHessian.order(), largest, step, zero);
        new ErrorFeedback(turnedLayer, columnsOfHessian, factor, BLOCK, true).run(ldlq);
        if (wanted != null) {
            new GreedyRounding(wanted, hessian, columnsOfHessian.order(), largest, step, zero).run(ldlq.codes, options.greedyPasses());
        }
        return new GroupedWeight(rows, columns, new AffineGrid(weights.bits(), false), ldlq.codes, new GroupLayout.Blocks(rows, columns),
                GroupNumbers.plain(new float[] {step}, type), new float[] {zero}, null);
    }

    /**
     * LDLQ: with {@code H = (L + I) D (L + I)^T}, from the last column to the first
     * {@code q_i = round(w_i + sum over j > i of (w_j - q_j) L_ji)}. It is GPTQ's walk in that order, as the paper shows.
     */
    private final class Ldlq implements ErrorFeedback.Coder {
        private final int[] order;
        private final int largest;
        private final float step;
        private final float zero;
        private final byte[] codes = new byte[turned.length];

        Ldlq(int[] order, int largest, float step, float zero) {
            this.order = order;
            this.largest = largest;
            this.step = step;
            this.zero = zero;
        }

        @Override
        public ErrorFeedback.RowCoder rows() {
            return new ErrorFeedback.RowCoder() {
                private int row;

                @Override
                public void startRow(int row, float[] finished, int start) {
                    this.row = row;
                }

                @Override
                public float code(int i, float weight) {
                    int code = Math.clamp((int) Math.rint(weight / step + zero), 0, largest);
                    codes[row * columns + order[i]] = (byte) code;
                    return (code - zero) * step;
                }
            };
        }
    }
}
