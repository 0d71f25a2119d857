package org.bitrank.engine;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds what somebody who mistyped a name may have meant. */
public final class NearNames {
    private NearNames() {}

    /** The nearest of {@code names}, where one is near enough to be meant. */
    public static Optional<String> nearest(String word, Collection<String> names) {
        String wanted = plain(word);
        int tolerance = wanted.length() < 4 ? 1 : Math.max(2, wanted.length() / 3);
        return names.stream()
                .filter(name -> distance(wanted, plain(name)) <= tolerance || startsAlike(wanted, plain(name)))
                .min(Comparator.comparingInt(name -> distance(wanted, plain(name))));
    }

    /** {@code "unknown; did you mean act-order? Known are act-order, damping"}. */
    public static String unknown(String word, Collection<String> names) {
        String guess = nearest(word, names).map(name -> "; did you mean " + name + "? Known").orElse("; known");
        return "unknown" + guess + " are " + String.join(", ", names);
    }

    private static boolean startsAlike(String wanted, String name) {
        return wanted.length() >= 3 && (name.startsWith(wanted) || wanted.startsWith(name));
    }

    private static String plain(String word) {
        return word.toLowerCase(Locale.ROOT).replaceAll("[-_ .]", "");
    }

    /** Levenshtein distance. */
    private static int distance(String left, String right) {
        int[] row = new int[right.length() + 1];
        for (int j = 0; j <= right.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= left.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.length(); j++) {
                int substituted = diagonal + (left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[right.length()];
    }
}
