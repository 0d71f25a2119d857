package org.bitrank.engine.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;

/**
 * Rows that share a letter cannot be told apart, as tables of comparisons mark it. Each letter stands for a longest run of rows,
 * in the order of their values, of which no two differ significantly by the rule of {@link RankGroups}.
 */
public final class TieLetters {
    private static final double CRITICAL = new NormalDistribution().inverseCumulativeProbability(0.975);

    private TieLetters() {}

    /**
     * @param values NaN for a row without one, which gets no letter
     * @param errors zero, or NaN where unknown: such a row is taken at its word
     */
    public static List<String> of(double[] values, double[] errors, boolean higherIsBetter) {
        List<Integer> order = IntStream.range(0, values.length)
                .filter(row -> !Double.isNaN(values[row]))
                .boxed()
                .sorted(Comparator.comparingDouble(row -> higherIsBetter ? -values[row] : values[row]))
                .toList();
        var letters = new StringBuilder[values.length];
        Arrays.setAll(letters, row -> new StringBuilder());
        int letter = 0;
        int covered = -1;
        for (int first = 0; first < order.size(); first++) {
            int last = first;
            while (last + 1 < order.size() && isTied(order.subList(first, last + 1), order.get(last + 1), values, errors)) {
                last++;
            }
            // A run inside the one before it says nothing new.
            if (last > covered) {
                for (int place = first; place <= last; place++) {
                    letters[order.get(place)].append(letter(letter));
                }
                letter++;
                covered = last;
            }
        }
        return Arrays.stream(letters).map(StringBuilder::toString).toList();
    }

    private static boolean isTied(List<Integer> run, int row, double[] values, double[] errors) {
        for (int other : run) {
            double spread = Math.hypot(known(errors[row]), known(errors[other]));
            if (Math.abs(values[row] - values[other]) > CRITICAL * spread) {
                return false;
            }
        }
        return true;
    }

    private static double known(double error) {
        return Double.isNaN(error) ? 0 : error;
    }

    /** a … z, then a2 … z2, and so on. */
    private static String letter(int number) {
        String letter = String.valueOf((char) ('a' + number % 26));
        return number < 26 ? letter : letter + (number / 26 + 1);
    }
}
