package org.bitrank.engine.tasks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;

/** What MMMU's evaluation code makes of an answer in free words: an option's letter, or the texts and numbers in it. */
final class MmmuAnswer {
    private static final List<String> ENDS = List.of(",", ".", "!", "?", ";", ":", "'");
    /** Shorter answers are not searched for the words of an option. */
    private static final int FEW_WORDS = 5;
    private static final List<String> BEFORE_ANSWERS =
            List.of("could be ", "so ", "is ", "thus ", "therefore ", "final ", "answer ", "result ");
    private static final List<String> TRIVIAL = List.of(":", ",", ".", "!", "?", ";", "'");
    private static final List<Pattern> NUMBERS = List.of(
            PythonPattern.compile("-?\\b\\d{1,3}(?:,\\d{3})+\\b"),
            PythonPattern.compile("-?\\d+(?:\\.\\d+)?[eE][+-]?\\d+"),
            PythonPattern.compile("-?(?:\\d+\\.\\d+|\\.\\d+|\\d+\\b)(?![eE][+-]?\\d+)(?![,\\d])"));

    private MmmuAnswer() {}

    /**
     * The letter in brackets, else before a blank, else before a full stop, else of the option whose text is in a longer answer; of
     * several the last one. Null where there is none.
     *
     * @param options letter to text
     */
    static String option(String answer, Map<String, String> options) {
        String text = answer;
        for (String end : ENDS) {
            text = PythonText.strip(text, end);
        }
        String padded = " " + text + " ";
        List<String> found = letters(options, padded, letter -> "(" + letter + ")");
        if (!found.isEmpty()) {
            return last(found, padded, letter -> "(" + letter + ")");
        }
        found = letters(options, padded, letter -> letter + " ");
        if (found.isEmpty()) {
            found = letters(options, padded, letter -> letter + ".");
        }
        if (!found.isEmpty()) {
            return last(found, padded, letter -> " " + letter + " ");
        }
        if (PythonText.words(padded).size() <= FEW_WORDS) {
            return null;
        }
        String lower = padded.toLowerCase(Locale.ROOT);
        UnaryOperator<String> words = letter -> options.get(letter).toLowerCase(Locale.ROOT);
        found = letters(options, lower, words);
        return found.isEmpty() ? null : last(found, lower, words);
    }

    private static List<String> letters(Map<String, String> options, String text, UnaryOperator<String> form) {
        return options.keySet().stream().filter(letter -> text.contains(form.apply(letter))).toList();
    }

    private static String last(List<String> letters, String text, UnaryOperator<String> form) {
        String last = letters.getFirst();
        for (String letter : letters) {
            if (text.lastIndexOf(form.apply(letter)) > text.lastIndexOf(form.apply(last))) {
                last = letter;
            }
        }
        return last;
    }

    /** Whether an open answer holds one of the right texts, or one of the right numbers to two decimals. */
    static boolean isRight(String answer, List<String> right) {
        var wanted = new ArrayList<Object>();
        right.forEach(one -> wanted.addAll(reduced(one)));
        for (Object said : said(answer)) {
            boolean hit = said instanceof String text
                    ? wanted.stream().anyMatch(one -> one instanceof String part && text.contains(part))
                    : wanted.stream().anyMatch(one -> one instanceof Double number && number.doubleValue() == (Double) said);
            if (hit) {
                return true;
            }
        }
        return false;
    }

    /** Texts, and numbers as {@code Double}. */
    private static Collection<Object> said(String answer) {
        List<String> parts = parts(answer);
        var texts = new ArrayList<>(parts);
        for (String part : parts) {
            for (Pattern pattern : NUMBERS) {
                Matcher numbers = pattern.matcher(part);
                while (numbers.find()) {
                    texts.add(numbers.group());
                }
            }
        }
        var said = new ArrayList<Object>();
        texts.forEach(text -> said.addAll(reduced(text)));
        return said;
    }

    /** What stands behind "is", "so" and the like in each line, or the whole answer where nothing does. */
    private static List<String> parts(String answer) {
        String text = PythonText.strip(PythonText.strip(answer, null), ".").toLowerCase(Locale.ROOT);
        String[] lines = text.split("\n", -1);
        var parts = new ArrayList<String>();
        for (int i = 0; i < lines.length; i++) {
            var marks = new ArrayList<>(BEFORE_ANSWERS);
            if (i == lines.length - 1) {
                marks.add("=");
            }
            String shortest = "";
            for (String mark : marks) {
                int at = lines[i].lastIndexOf(mark);
                String rest = at < 0 ? "" : PythonText.strip(lines[i].substring(at + mark.length()), null);
                if (at >= 0 && (shortest.isEmpty() || PythonText.length(rest) < PythonText.length(shortest))) {
                    shortest = rest;
                }
            }
            if (!shortest.isEmpty() && !TRIVIAL.contains(shortest)) {
                parts.add(shortest);
            }
        }
        return parts.isEmpty() ? List.of(text) : parts;
    }

    /** A number to two decimals, else the text in small letters; a single letter only beside a blank. */
    private static List<Object> reduced(String text) {
        String stripped = PythonText.strip(text, null);
        OptionalDouble number = PythonFloat.parse(stripped.replace(",", ""));
        if (number.isPresent()) {
            double value = number.getAsDouble();
            return List.of(Double.isFinite(value) ? new BigDecimal(value).setScale(2, RoundingMode.HALF_EVEN).doubleValue() : value);
        }
        String lower = stripped.toLowerCase(Locale.ROOT);
        return PythonText.length(lower) == 1 ? List.of(" " + lower, lower + " ") : List.of(lower);
    }
}
