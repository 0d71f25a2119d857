package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.List;

/**
 * Whether a model is right as often as it is sure: answers are sorted into bins of equal width by the probability of the answer
 * that was chosen.
 *
 * @param expected mean distance between confidence and accuracy, bins weighted by their answers (ECE)
 * @param largest the distance of the worst bin
 * @param bins those that are not empty, from the least sure to the surest
 */
public record CalibrationError(double expected, double largest, List<Bin> bins) {
    /** The usual number of bins. */
    public static final int BINS = 10;

    /** Answers whose confidence is above {@code low} and at most {@code high}. */
    public record Bin(double low, double high, int count, double confidence, double accuracy) {}

    /**
     * @param confidences probability of each answer that was chosen
     * @param right 1 where it was right, else 0
     */
    public static CalibrationError of(double[] confidences, double[] right, int bins) {
        var counts = new int[bins];
        var confidence = new double[bins];
        var accuracy = new double[bins];
        for (int i = 0; i < confidences.length; i++) {
            int bin = Math.clamp((long) Math.ceil(confidences[i] * bins) - 1, 0, bins - 1);
            counts[bin]++;
            confidence[bin] += confidences[i];
            accuracy[bin] += right[i];
        }
        double expected = 0;
        double largest = 0;
        var filled = new ArrayList<Bin>();
        for (int bin = 0; bin < bins; bin++) {
            if (counts[bin] > 0) {
                double distance = Math.abs(confidence[bin] - accuracy[bin]);
                expected += distance / confidences.length;
                largest = Math.max(largest, distance / counts[bin]);
                filled.add(new Bin((double) bin / bins, (bin + 1.0) / bins, counts[bin], confidence[bin] / counts[bin],
                        accuracy[bin] / counts[bin]));
            }
        }
        return new CalibrationError(expected, largest, List.copyOf(filled));
    }
}
