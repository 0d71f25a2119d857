package org.bitrank.engine.statistics;

import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Standard errors by resampling, draw for draw as lm-evaluation-harness does it. */
public final class Bootstrap {
    private static final int BLOCKS = 100;
    private static final int BLOCK = 1000;

    private Bootstrap() {}

    /** Of exp(−mean), from 100,000 resamples in blocks of 1,000, each block seeded with its number; null for a single item. */
    public static Double perplexityError(double[] logLikelihoods) {
        if (logLikelihoods.length < 2) {
            return null;
        }
        var resampled = new double[BLOCKS * BLOCK];
        IntStream.range(0, BLOCKS).parallel().forEach(block -> fill(resampled, block, logLikelihoods));
        return Estimate.sampleDeviation(resampled);
    }

    /** Of a statistic of {@code size} items, from resamples of their numbers; null for a single item. */
    public static Double error(int size, ToDoubleFunction<int[]> statistic) {
        if (size < 2) {
            return null;
        }
        var resampled = new double[BLOCKS * BLOCK];
        IntStream.range(0, BLOCKS).parallel().forEach(block -> {
            var random = new PythonRandom(block);
            var drawn = new int[size];
            for (int i = 0; i < BLOCK; i++) {
                for (int j = 0; j < size; j++) {
                    drawn[j] = (int) (random.real() * size);
                }
                resampled[block * BLOCK + i] = statistic.applyAsDouble(drawn);
            }
        });
        return Estimate.sampleDeviation(resampled);
    }

    private static void fill(double[] resampled, int block, double[] values) {
        var random = new PythonRandom(block);
        int size = values.length;
        for (int i = 0; i < BLOCK; i++) {
            double sum = 0;
            for (int j = 0; j < size; j++) {
                sum += values[(int) (random.real() * size)];
            }
            resampled[block * BLOCK + i] = Math.exp(-(sum / size));
        }
    }
}
