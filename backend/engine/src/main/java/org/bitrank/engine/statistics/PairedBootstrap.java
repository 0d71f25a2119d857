package org.bitrank.engine.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The interval of a paired difference without an assumption about its distribution: items (or whole clusters) are drawn with
 * replacement, both models' answers together, 10,000 times, or as often as twenty million draws allow but at least 1,000 times;
 * the interval leaves 2.5 % of the differences on either side.
 */
public final class PairedBootstrap {
    private static final int BLOCKS = 10;
    private static final int BLOCK = 1000;
    private static final int DRAWS = 20_000_000;

    private PairedBootstrap() {}

    /** Of the mean of the items' differences. */
    public static Interval of(double[] base, double[] value, Clusters clusters) {
        var ones = new double[base.length];
        Arrays.fill(ones, 1);
        return ofRatios(base, value, ones, clusters);
    }

    /** Of Σ(value − base) ⁄ Σ weight. Unknown for a single cluster. */
    public static Interval ofRatios(double[] base, double[] value, double[] weights, Clusters clusters) {
        if (clusters.count() < 2) {
            return Interval.UNKNOWN;
        }
        var differences = new double[base.length];
        for (int i = 0; i < base.length; i++) {
            differences[i] = value[i] - base[i];
        }
        double[] sums = clusters.sums(differences);
        double[] totals = clusters.sums(weights);
        int blocks = Math.clamp(DRAWS / ((long) BLOCK * clusters.count()), 1, BLOCKS);
        var resampled = new double[blocks * BLOCK];
        IntStream.range(0, blocks).parallel().forEach(block -> fill(resampled, block, sums, totals));
        return new Interval(Quantiles.of(resampled, 0.025), Quantiles.of(resampled, 0.975));
    }

    /** Each block has its own seed, so that the order in which threads do them does not matter. */
    private static void fill(double[] resampled, int block, double[] sums, double[] totals) {
        var random = new PythonRandom(block);
        int size = sums.length;
        for (int i = 0; i < BLOCK; i++) {
            double sum = 0;
            double total = 0;
            for (int j = 0; j < size; j++) {
                int drawn = (int) (random.real() * size);
                sum += sums[drawn];
                total += totals[drawn];
            }
            resampled[block * BLOCK + i] = sum / total;
        }
    }
}
