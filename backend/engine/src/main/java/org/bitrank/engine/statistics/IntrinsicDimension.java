package org.bitrank.engine.statistics;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * In how many directions points spread around each of them: Levina and Bickel's maximum-likelihood estimate from the distances
 * to the nearest neighbours (Maximum Likelihood Estimation of Intrinsic Dimension, 2004).
 */
public final class IntrinsicDimension {
    private IntrinsicDimension() {}

    /**
     * Around each point. NaN where a point has as many twins as there are neighbours.
     *
     * @param neighbours how many are looked at, at least 2 and fewer than points
     */
    public static double[] local(float[][] points, int neighbours) {
        if (neighbours < 2 || neighbours >= points.length) {
            throw new IllegalArgumentException("%d neighbours of %d points".formatted(neighbours, points.length));
        }
        return IntStream.range(0, points.length).parallel().mapToDouble(center -> around(points, center, neighbours)).toArray();
    }

    /** Of all points: the harmonic mean of the local ones, as MacKay and Ghahramani correct it. */
    public static double of(float[][] points, int neighbours) {
        double inverse = 0;
        int counted = 0;
        for (double dimension : local(points, neighbours)) {
            if (dimension > 0) {
                inverse += 1 / dimension;
                counted++;
            }
        }
        return counted / inverse;
    }

    private static double around(float[][] points, int center, int neighbours) {
        var distances = new double[points.length - 1];
        for (int i = 0, next = 0; i < points.length; i++) {
            if (i != center) {
                distances[next++] = squaredDistance(points[center], points[i]);
            }
        }
        Arrays.sort(distances);
        double farthest = distances[neighbours - 1];
        double logarithms = 0;
        int counted = 0;
        for (int i = 0; i < neighbours - 1; i++) {
            // A twin at no distance tells nothing of the dimension.
            if (distances[i] > 0) {
                logarithms += Math.log(farthest / distances[i]) / 2;
                counted++;
            }
        }
        return counted == 0 ? Double.NaN : counted / logarithms;
    }

    private static double squaredDistance(float[] one, float[] two) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            double difference = (double) one[i] - two[i];
            sum += difference * difference;
        }
        return sum;
    }
}
