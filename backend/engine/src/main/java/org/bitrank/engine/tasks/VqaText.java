package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;

/**
 * How VQA's evaluation brings answers to one form: without punctuation and articles, number words as digits, contractions with
 * their apostrophes. The VQA evaluation code of Antol et al. 2015 (arXiv:1505.00468), as EvalAI and lmms-eval carry it.
 */
final class VqaText {
    private static final List<String> PUNCTUATION = List.of(
            ";", "/", "[", "]", "\"", "{", "}", "(", ")", "=", "+", "\\", "_", "-", ">", "<", "@", "`", ",", "?", "!");
    private static final Pattern COMMA_IN_NUMBER = Pattern.compile("(?<=\\d),+(?=\\d)");
    /** The first part does nothing, as in the original: a slip of "(?<!\d)". */
    private static final Pattern FULL_STOP = Pattern.compile("(?!<=\\d)\\.(?!\\d)");
    /** The original hands a flag over where the most replacements belong. */
    private static final int MOST_FULL_STOPS = 32;
    private static final List<String> ARTICLES = List.of("a", "an", "the");
    private static final Map<String, String> NUMBERS = Map.ofEntries(
            Map.entry("none", "0"), Map.entry("zero", "0"), Map.entry("one", "1"), Map.entry("two", "2"), Map.entry("three", "3"),
            Map.entry("four", "4"), Map.entry("five", "5"), Map.entry("six", "6"), Map.entry("seven", "7"), Map.entry("eight", "8"),
            Map.entry("nine", "9"), Map.entry("ten", "10"));

    private VqaText() {}

    /** Of an answer to TextVQA or VizWiz, and of what people answered. */
    static String reduced(String text) {
        String reduced = text.toLowerCase(Locale.ROOT).replace(",", "").replace("?", "").replace("'s", " 's");
        return compared(onOneLine(PythonText.strip(reduced, null)));
    }

    /** Of an answer to VQAv2, whose letters keep their case until the words are compared. */
    static String compared(String text) {
        return words(withoutPunctuation(text));
    }

    static String onOneLine(String text) {
        return PythonText.strip(text.replace("\n", " ").replace("\t", " "), null);
    }

    static String withoutPunctuation(String text) {
        boolean commaInNumber = COMMA_IN_NUMBER.matcher(text).find();
        String result = text;
        for (String mark : PUNCTUATION) {
            boolean atBlank = text.contains(mark + " ") || text.contains(" " + mark);
            result = result.replace(mark, atBlank || commaInNumber ? "" : " ");
        }
        Matcher stops = FULL_STOP.matcher(result);
        var kept = new StringBuilder();
        for (int i = 0; i < MOST_FULL_STOPS && stops.find(); i++) {
            stops.appendReplacement(kept, "");
        }
        return stops.appendTail(kept).toString();
    }

    private static String words(String text) {
        var words = new ArrayList<String>();
        for (String word : PythonText.words(text.toLowerCase(Locale.ROOT))) {
            String number = NUMBERS.getOrDefault(word, word);
            if (!ARTICLES.contains(number)) {
                words.add(VqaContractions.of(number));
            }
        }
        return String.join(" ", words);
    }
}
