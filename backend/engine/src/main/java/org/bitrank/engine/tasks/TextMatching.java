package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** When two texts are the same: {@code exact_match} and what it may ignore. */
record TextMatching(List<Pattern> ignored, boolean ignoreCase, boolean ignorePunctuation, boolean ignoreNumbers) {
    private static final Pattern PUNCTUATION = Pattern.compile("[!-/:-@\\[-`{-~]");
    private static final Pattern NUMBERS = Pattern.compile("[0-9]");

    static final TextMatching EXACT = new TextMatching(List.of(), false, false, false);

    boolean same(String one, String other) {
        return reduced(one).equals(reduced(other));
    }

    private String reduced(String text) {
        String reduced = text;
        for (Pattern pattern : ignored) {
            reduced = pattern.matcher(reduced).replaceAll("");
        }
        if (ignoreCase) {
            reduced = reduced.toLowerCase(Locale.ROOT);
        }
        if (ignorePunctuation) {
            reduced = PUNCTUATION.matcher(reduced).replaceAll("");
        }
        return ignoreNumbers ? NUMBERS.matcher(reduced).replaceAll("") : reduced;
    }
}
