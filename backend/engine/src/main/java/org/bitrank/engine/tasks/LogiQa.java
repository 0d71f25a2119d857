package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/** A passage, a question, and the choices listed with their letters. */
final class LogiQa {
    private static final String LETTERS = "abcd";

    private LogiQa() {}

    static Object question(Map<String, Object> document) {
        var prompt = new StringBuilder("Passage: ").append(TaskFunctions.text(document, "context"))
                .append("\nQuestion: ").append(TaskFunctions.text(document, "question")).append("\nChoices:\n");
        List<?> options = (List<?>) document.get("options");
        for (int i = 0; i < Math.min(options.size(), LETTERS.length()); i++) {
            prompt.append((char) ('A' + i)).append(". ").append(options.get(i)).append('\n');
        }
        return prompt.append("Answer:").toString();
    }

    static Object answer(Map<String, Object> document) {
        String label = PythonText.strip(TaskFunctions.text(document, "label"), null);
        if (label.length() != 1 || LETTERS.indexOf(label.charAt(0)) < 0) {
            throw BitRankException.badInput("a logiqa label is '" + label + "', not a to d; check the data file");
        }
        return (long) LETTERS.indexOf(label.charAt(0));
    }
}
