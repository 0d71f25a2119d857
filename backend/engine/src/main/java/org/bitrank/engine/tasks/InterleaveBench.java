package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.engine.template.PythonText;

/**
 * Choices of LLaVA-NeXT-Interleave-Bench, whose questions show several pictures; NLVR2's pairs of pictures are a part of it. The
 * rules are lmms-eval's: a letter with its full stop, else any letter that stands alone, else the words.
 */
final class InterleaveBench {
    private static final Pattern OPTION = PythonPattern.compile("(?i)([A-E])\\.\\s*(.+)");
    private static final Pattern LETTER = PythonPattern.compile("(?i)\\b([A-E])\\b");

    private InterleaveBench() {}

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        String right = reduced(TaskFunctions.text(document, "answer"));
        return Map.of("acc", Score.of(reduced(TaskFunctions.answer(responses)).equals(right) ? 1 : 0));
    }

    static String reduced(String answer) {
        Matcher option = OPTION.matcher(PythonText.strip(answer, null));
        if (option.matches()) {
            return option.group(1).toUpperCase(Locale.ROOT);
        }
        String text = VqaText.withoutPunctuation(VqaText.onOneLine(answer));
        for (String mark : List.of("'", "\"", ")", "(")) {
            text = PythonText.strip(text, mark);
        }
        text = PythonText.strip(text, null).toLowerCase(Locale.ROOT);
        Matcher letter = LETTER.matcher(text);
        return letter.find() ? letter.group(1).toUpperCase(Locale.ROOT) : text;
    }
}
