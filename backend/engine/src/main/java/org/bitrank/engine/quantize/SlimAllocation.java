package org.bitrank.engine.quantize;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bitrank.kernels.DType;

/**
 * SliM-LLM's allocation of bits: the {@code k} most salient groups of columns get one bit more, the {@code k} least salient one
 * less, with the {@code k} that changes the layer's outputs on some inputs least. The change is the divergence of the softmax
 * over the outputs, {@code KL(softmax(x W^T) || softmax(x W'^T))}, with {@code W'} rounded to nearest.
 */
final class SlimAllocation {
    /** As many inputs as tell candidates apart. */
    private static final int MOST_SAMPLES = 256;

    private static final double SMALLEST_SHARE = 1e-6;

    private final float[] weights;
    private final int rows;
    private final int columns;
    private final int groupSize;
    private final int groups;
    private final int bits;
    private final DType type;
    private final int samples;
    /** Inputs, {@code [columns, samples]}, and outputs, {@code [rows, samples]}. */
    private final float[][] inputs;

    private final float[][] outputs;

    /**
     * @param weights {@code [rows, columns]}
     * @param samples {@code [n, columns]} inputs
     */
    SlimAllocation(float[] weights, int rows, int columns, int groupSize, int bits, DType type, float[] samples) {
        this.weights = weights;
        this.rows = rows;
        this.columns = columns;
        this.groupSize = groupSize;
        this.groups = columns / groupSize;
        this.bits = bits;
        this.type = type;
        int given = samples.length / columns;
        this.samples = Math.min(given, MOST_SAMPLES);
        this.inputs = new float[columns][this.samples];
        for (int sample = 0; sample < this.samples; sample++) {
            int from = (int) ((long) given * sample / this.samples) * columns;
            for (int column = 0; column < columns; column++) {
                inputs[column][sample] = samples[from + column];
            }
        }
        this.outputs = new float[rows][this.samples];
    }

    /** @param salience of each group */
    int[] bitsOfGroups(double[] salience) {
        int[] order = IntStream.range(0, groups)
                .boxed()
                .sorted((left, right) -> Double.compare(salience[right], salience[left]))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int group = 0; group < groups; group++) {
            addOutputs(group, 0);
        }
        double[][] wanted = new double[samples][];
        IntStream.range(0, samples).parallel().forEach(sample -> wanted[sample] = shares(sample));
        for (int group = 0; group < groups; group++) {
            change(group, 0, bits);
        }
        int best = 0;
        double least = divergence(wanted);
        for (int count = 1; count <= groups / 2; count++) {
            change(order[count - 1], bits, bits + 1);
            change(order[groups - count], bits, bits - 1);
            double divergence = divergence(wanted);
            if (divergence < least) {
                least = divergence;
                best = count;
            }
        }
        var allocated = new int[groups];
        Arrays.fill(allocated, bits);
        for (int i = 0; i < best; i++) {
            allocated[order[i]]++;
            allocated[order[groups - 1 - i]]--;
        }
        return allocated;
    }

    private void change(int group, int from, int to) {
        Rows.parallel(rows, 1, (first, end) -> {
            for (int row = first; row < end; row++) {
                add(row, group, from, -1);
                add(row, group, to, 1);
            }
        });
    }

    private void addOutputs(int group, int width) {
        Rows.parallel(rows, 1, (first, end) -> {
            for (int row = first; row < end; row++) {
                add(row, group, width, 1);
            }
        });
    }

    /** Adds what a group's columns give to a row's outputs, times {@code sign}. @param width of the codes, or 0 for the weights themselves */
    private void add(int row, int group, int width, int sign) {
        int start = row * columns + group * groupSize;
        SlimGroup numbers = width == 0 ? null : SlimGroup.of(weights, start, start + groupSize, width, type);
        for (int i = 0; i < groupSize; i++) {
            float weight = weights[start + i];
            float value = sign * (numbers == null ? weight : numbers.decode(numbers.code(weight)));
            addTimes(value, inputs[group * groupSize + i], outputs[row]);
        }
    }

    /** Vector code, because both arrays are read at one index. */
    private static void addTimes(float factor, float[] input, float[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += factor * input[i];
        }
    }

    /** @param wanted the shares of each input */
    private double divergence(double[][] wanted) {
        double[] divergences = IntStream.range(0, samples).parallel().mapToDouble(sample -> {
            double[] base = wanted[sample];
            double[] now = shares(sample);
            double sum = 0;
            for (int row = 0; row < rows; row++) {
                sum += base[row] * Math.log(base[row] / now[row]);
            }
            return sum;
        }).toArray();
        // Added up by one thread, so that the result does not depend on how many there were.
        double sum = 0;
        for (double divergence : divergences) {
            sum += divergence;
        }
        return sum;
    }

    /** The softmax of one input's outputs, none below {@link #SMALLEST_SHARE}. */
    private double[] shares(int sample) {
        double largest = Double.NEGATIVE_INFINITY;
        for (int row = 0; row < rows; row++) {
            largest = Math.max(largest, outputs[row][sample]);
        }
        var shares = new double[rows];
        double sum = 0;
        for (int row = 0; row < rows; row++) {
            shares[row] = Math.exp(outputs[row][sample] - largest);
            sum += shares[row];
        }
        for (int row = 0; row < rows; row++) {
            shares[row] = Math.max(SMALLEST_SHARE, shares[row] / sum);
        }
        return shares;
    }
}
