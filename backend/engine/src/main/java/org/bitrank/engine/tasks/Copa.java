package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitrank.engine.template.PythonText;

/** A sentence goes on with "because" or "therefore" and one of two others. */
final class Copa {
    private Copa() {}

    static Object question(Map<String, Object> document) {
        return question(document, "because", "therefore");
    }

    static Object chineseQuestion(Map<String, Object> document) {
        return question(document, "因为", "所以");
    }

    private static String question(Map<String, Object> document, String because, String therefore) {
        String premise = PythonText.strip(TaskFunctions.text(document, "premise"), null);
        String open = premise.isEmpty() ? premise : premise.substring(0, premise.offsetByCodePoints(premise.length(), -1));
        return open + " " + (TaskFunctions.text(document, "question").equals("cause") ? because : therefore);
    }

    static Object answers(Map<String, Object> document) {
        return List.of(" " + choice(document, "choice1"), " " + choice(document, "choice2"));
    }

    static Object plainAnswers(Map<String, Object> document) {
        return List.of(choice(document, "choice1"), choice(document, "choice2"));
    }

    static Object answer(Map<String, Object> document) {
        return " " + choice(document, Long.valueOf(0).equals(document.get("label")) ? "choice1" : "choice2");
    }

    private static String choice(Map<String, Object> document, String column) {
        String choice = TaskFunctions.text(document, column);
        int first = choice.isEmpty() ? 0 : choice.offsetByCodePoints(0, 1);
        return choice.substring(0, first).toLowerCase(Locale.ROOT) + choice.substring(first);
    }
}
