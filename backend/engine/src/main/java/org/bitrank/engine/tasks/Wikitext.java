package org.bitrank.engine.tasks;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;

/** A page of WikiText is scored with its tokenization undone; words and bytes are those of the page as it is stored. */
final class Wikitext {
    // \s of Python also matches the four separators 1C to 1F.
    private static final String BLANKS = "[\\s\\x1c-\\x1f]*";
    private static final int UNICODE = Pattern.UNICODE_CHARACTER_CLASS;
    private static final Pattern PRIMED_DIGIT = Pattern.compile("/' [0-9]/");
    private static final Pattern ROUND = Pattern.compile("\\(" + BLANKS + "([^)]*?)" + BLANKS + "\\)", UNICODE);
    private static final Pattern SQUARE = Pattern.compile("\\[" + BLANKS + "([^\\]]*?)" + BLANKS + "\\]", UNICODE);
    private static final Pattern CURLY = Pattern.compile("\\{" + BLANKS + "([^}]*?)" + BLANKS + "\\}", UNICODE);
    private static final Pattern DOUBLE = Pattern.compile("\"" + BLANKS + "([^\"]*?)" + BLANKS + "\"", UNICODE);
    private static final Pattern SINGLE = Pattern.compile("'" + BLANKS + "([^']*?)" + BLANKS + "'", UNICODE);

    private Wikitext() {}

    static Object detokenized(Map<String, Object> document) {
        return detokenized(TaskFunctions.text(document, "page"));
    }

    /** C4 has its pages in another column. */
    static Object detokenizedText(Map<String, Object> document) {
        return detokenized(TaskFunctions.text(document, "text"));
    }

    private static String detokenized(String page) {
        String text = page.replace("s '", "s'");
        text = PRIMED_DIGIT.matcher(text).replaceAll("/'[0-9]/");
        text = text.replace(" @-@ ", "-").replace(" @,@ ", ",").replace(" @.@ ", ".");
        for (String sign : List.of(":", ";", ".", "!", "?", ",")) {
            text = text.replace(" " + sign + " ", sign + " ");
        }
        text = ROUND.matcher(text).replaceAll("($1)");
        text = SQUARE.matcher(text).replaceAll("[$1]");
        text = CURLY.matcher(text).replaceAll("{$1}");
        text = DOUBLE.matcher(text).replaceAll("\"$1\"");
        text = SINGLE.matcher(text).replaceAll("'$1'");
        return text.replace("= = = =", "====")
                .replace("= = =", "===")
                .replace("= =", "==")
                .replace(" ° ", "°")
                .replace(" \n", "\n")
                .replace("\n ", "\n")
                .replace(" N ", " 1 ")
                .replace(" 's", "'s");
    }

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        return scores(TaskFunctions.text(document, "page"), responses);
    }

    static Map<String, Score> textScores(Map<String, Object> document, List<Response> responses) {
        return scores(TaskFunctions.text(document, "text"), responses);
    }

    static Map<String, Score> scores(String text, List<Response> responses) {
        double logLikelihood = ((Response.Scored) responses.getFirst()).logLikelihood();
        var byBytes = new Score(logLikelihood, text.getBytes(StandardCharsets.UTF_8).length);
        var scores = new LinkedHashMap<String, Score>();
        scores.put("word_perplexity", new Score(logLikelihood, words(text)));
        scores.put("byte_perplexity", byBytes);
        scores.put("bits_per_byte", byBytes);
        return scores;
    }

    /** {@code len(re.split(r"\s+", text))}: one more than there are runs of white space. */
    static int words(String text) {
        int words = 1;
        boolean inSpace = false;
        for (int i = 0; i < text.length(); i++) {
            boolean space = PythonText.isSpace(text.charAt(i));
            if (space && !inSpace) {
                words++;
            }
            inSpace = space;
        }
        return words;
    }
}
