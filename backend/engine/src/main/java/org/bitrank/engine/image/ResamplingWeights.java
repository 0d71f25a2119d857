package org.bitrank.engine.image;

import java.util.Arrays;

/**
 * What each pixel of a resized side is made of, as whole numbers of 22 fractional bits.
 *
 * @param stride places a pixel has in {@code factors}; 0 where every pixel is the one of the source
 * @param starts first pixel of the source that counts, for each pixel of the result
 * @param counts how many count
 * @param factors their weights
 */
record ResamplingWeights(int stride, int[] starts, int[] counts, int[] factors) {
    private static final int FRACTION = 22;
    /** What a sum starts from, so that it is rounded when its fraction is cut off. */
    static final int HALF = 1 << (FRACTION - 1);

    /**
     * The weights of {@code count} pixels from {@code first} on, of a side of {@code from} pixels that becomes {@code to}.
     */
    static ResamplingWeights of(Resampling filter, int from, int to, int first, int count) {
        if (from == to) {
            return identity(first, count);
        }
        double scale = (double) from / to;
        double stretch = Math.max(scale, 1);
        double support = filter.support() * stretch;
        double inverse = 1 / stretch;
        int stride = (int) Math.ceil(support) * 2 + 1;
        var starts = new int[count];
        var counts = new int[count];
        var factors = new int[Math.multiplyExact(count, stride)];
        var weights = new double[stride];
        for (int i = 0; i < count; i++) {
            double centre = (first + i + 0.5) * scale;
            int start = Math.max(0, (int) (centre - support + 0.5));
            int reach = Math.min(from, (int) (centre + support + 0.5)) - start;
            double sum = 0;
            for (int k = 0; k < reach; k++) {
                weights[k] = filter.weight(Math.abs((k + start - centre + 0.5) * inverse));
                sum += weights[k];
            }
            for (int k = 0; k < reach; k++) {
                double weight = sum == 0 ? weights[k] : weights[k] / sum;
                factors[i * stride + k] = (int) (weight * (1 << FRACTION) + (weight < 0 ? -0.5 : 0.5));
            }
            starts[i] = start;
            counts[i] = reach;
        }
        return new ResamplingWeights(stride, starts, counts, factors);
    }

    /** Of a side that keeps its length. */
    private static ResamplingWeights identity(int first, int count) {
        var starts = new int[count];
        var counts = new int[count];
        Arrays.setAll(starts, i -> first + i);
        Arrays.fill(counts, 1);
        return new ResamplingWeights(0, starts, counts, new int[0]);
    }

    boolean isIdentity() {
        return stride == 0;
    }

    /** The first pixel of the source that counts at all. */
    int first() {
        return starts[0];
    }

    /** The one behind the last that counts. */
    int end() {
        return starts[starts.length - 1] + counts[counts.length - 1];
    }

    static byte toByte(int sum) {
        return (byte) Math.clamp(sum >> FRACTION, 0, 255);
    }
}
