package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/** The choices are contexts, one for each candidate in place of the blank; what follows the blank is scored. */
final class Winogrande {
    private Winogrande() {}

    static Object answer(Map<String, Object> document) {
        return switch (TaskFunctions.text(document, "answer")) {
            case "1" -> 0L;
            case "2" -> 1L;
            case String other -> throw BitRankException.badInput("a winogrande answer is '" + other + "', not 1 or 2; use a labelled split");
        };
    }

    static Object continuation(Map<String, Object> document) {
        String sentence = TaskFunctions.text(document, "sentence");
        return PythonText.strip(sentence.substring(blank(sentence) + 1), null);
    }

    static Object contexts(Map<String, Object> document) {
        String sentence = TaskFunctions.text(document, "sentence");
        String before = sentence.substring(0, blank(sentence));
        return List.of(before + TaskFunctions.text(document, "option1"), before + TaskFunctions.text(document, "option2"));
    }

    private static int blank(String sentence) {
        int blank = sentence.indexOf('_');
        if (blank < 0) {
            throw BitRankException.badInput("a winogrande sentence has no '_': " + sentence);
        }
        return blank;
    }
}
