package org.bitrank.engine.statistics;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Marks what cannot be told apart with a letter in common, as tables of comparisons do. Each letter stands for a longest run, in
 * the order of the values, of which no two differ significantly.
 */
public final class TieLetters {
    /** Whether two of what is compared cannot be told apart. */
    @FunctionalInterface
    public interface Ties {
        boolean tied(int one, int other);
    }

    private TieLetters() {}

    /** @param values the largest gets the first letter */
    public static List<String> of(double[] values, Ties ties) {
        List<Integer> order = IntStream.range(0, values.length)
                .boxed()
                .sorted(Comparator.comparingDouble(place -> -values[place]))
                .toList();
        var letters = new StringBuilder[values.length];
        Arrays.setAll(letters, place -> new StringBuilder());
        int letter = 0;
        int covered = -1;
        for (int first = 0; first < order.size(); first++) {
            int last = first;
            while (last + 1 < order.size() && isTied(order.subList(first, last + 1), order.get(last + 1), ties)) {
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

    private static boolean isTied(List<Integer> run, int next, Ties ties) {
        for (int other : run) {
            if (!ties.tied(other, next)) {
                return false;
            }
        }
        return true;
    }

    /** a … z, then a2 … z2, and so on. */
    private static String letter(int number) {
        String letter = String.valueOf((char) ('a' + number % 26));
        return number < 26 ? letter : letter + (number / 26 + 1);
    }
}
