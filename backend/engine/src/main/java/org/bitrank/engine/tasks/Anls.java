package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Locale;
import org.bitrank.engine.template.PythonText;

/**
 * Average normalized Levenshtein similarity of DocVQA: 1 less the edit distance over the longer text's length, of the nearest right
 * answer; below a half it is 0. Biten et al. 2019, arXiv:1905.13648. As lmms-eval has it, letters' case and runs of blanks do not
 * count in the distance, but the length is that of the texts as they are.
 */
final class Anls {
    private static final double THRESHOLD = 0.5;

    private Anls() {}

    static double of(List<String> targets, String answer) {
        double smallest = Double.POSITIVE_INFINITY;
        for (String target : targets) {
            int[] wanted = reduced(target);
            int[] given = reduced(answer);
            int length = Math.max(upperLength(target), upperLength(answer));
            smallest = Math.min(smallest, length == 0 ? 0 : (double) distance(wanted, given) / length);
        }
        double similarity = 1 - smallest;
        return similarity < THRESHOLD ? 0 : similarity;
    }

    private static int[] reduced(String text) {
        return String.join(" ", PythonText.words(text.toLowerCase(Locale.ROOT))).codePoints().toArray();
    }

    /** Capitals may be more letters than the text had (ß). */
    private static int upperLength(String text) {
        return PythonText.length(text.toUpperCase(Locale.ROOT));
    }

    /** Levenshtein's, row by row. */
    static int distance(int[] one, int[] other) {
        var row = new int[other.length + 1];
        for (int j = 0; j <= other.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length; i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.length; j++) {
                int above = row[j];
                row[j] = one[i - 1] == other[j - 1] ? diagonal : 1 + Math.min(diagonal, Math.min(above, row[j - 1]));
                diagonal = above;
            }
        }
        return row[other.length];
    }
}
