package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitrank.engine.template.PythonText;

/**
 * Which option an answer chooses, without a judge: by a letter that stands alone, with or without the marks that people put about
 * it, else by the one option whose text is in the answer. VLMEvalKit's and lmms-eval's rules for MMBench.
 */
final class OptionInference {
    private static final String LETTERS = "ABCDE";
    private static final int LONGEST_WITH_LETTER_A = 3;
    private static final List<String[]> MARKS = List.of(
            marks("", "."), marks("", ","), marks("", ":"), marks("", ")"), marks("", ")."), marks("(", ")"), marks("(", ")."),
            marks(":", ""), marks(":", ","), marks(":", "."), marks(":", ")"), marks(":", ")."));

    private OptionInference() {}

    private static String[] marks(String before, String after) {
        return new String[] {before, after};
    }

    /** The option's letter, or null where the answer chooses none, or several. @param options letter to text */
    static String infer(String answer, Map<String, String> options) {
        String letter = letter(answer);
        return letter != null ? letter : byText(answer, options);
    }

    private static String letter(String answer) {
        List<String> words = PythonText.words(answer);
        String alone = only(words, "", "");
        // In a sentence an A may be the article.
        if (alone != null && !(words.contains("A") && words.size() > LONGEST_WITH_LETTER_A)) {
            return alone;
        }
        for (String[] marks : MARKS) {
            String found = only(words, marks[0], marks[1]);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** The one letter that is a word together with its marks; null for none or several. */
    private static String only(List<String> words, String before, String after) {
        var found = new ArrayList<String>();
        for (int i = 0; i < LETTERS.length(); i++) {
            String letter = LETTERS.substring(i, i + 1);
            if (Collections.frequency(words, before + letter + after) > 0) {
                found.add(letter);
            }
        }
        return found.size() == 1 ? found.getFirst() : null;
    }

    private static String byText(String answer, Map<String, String> options) {
        String lower = answer.toLowerCase(Locale.ROOT);
        String found = null;
        for (Map.Entry<String, String> option : options.entrySet()) {
            if (lower.contains(option.getValue().toLowerCase(Locale.ROOT))) {
                if (found != null) {
                    return null;
                }
                found = option.getKey();
            }
        }
        return found;
    }
}
