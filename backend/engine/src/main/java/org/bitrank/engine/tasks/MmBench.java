package org.bitrank.engine.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;

/**
 * MMBench: the options of a question are turned round, and the question is right when it is right in every order ("circular").
 * Turned questions have the number of the first one plus millions. Liu et al. 2023, arXiv:2307.06281.
 */
final class MmBench {
    private static final List<String> PROMPTED = List.of("A", "B", "C", "D", "E");
    private static final List<String> MATCHED = List.of("A", "B", "C", "D");
    private static final long TURN = 1_000_000;
    /** What the data sets write where a column is empty. */
    private static final String NOTHING = "nan";

    private MmBench() {}

    /** Hint, question and options; the two line breaks before the request are lmms-eval's. */
    static Object question(Map<String, Object> document) {
        var prompt = new StringBuilder();
        if (document.get("hint") instanceof String hint && !hint.equals(NOTHING)) {
            prompt.append(hint).append(' ');
        }
        prompt.append(TaskFunctions.text(document, "question")).append(" There are several options:");
        options(document, PROMPTED).forEach((letter, text) -> prompt.append('\n').append(letter).append(". ").append(text));
        return prompt.append("\n\nAnswer with the option's letter from the given choices directly.").toString();
    }

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        if (!(document.get("index") instanceof Number number)) {
            throw BitRankException.badInput("an MMBench question has no number in column 'index'; check the data file");
        }
        long index = number.longValue();
        String chosen = OptionInference.infer(TaskFunctions.answer(responses), options(document, MATCHED));
        double right = TaskFunctions.text(document, "answer").equals(chosen) ? 1 : 0;
        var scores = new LinkedHashMap<String, Score>();
        scores.put("circular_acc", Score.inGroup(right, String.valueOf(index % TURN)));
        if (index < TURN) {
            scores.put("acc", Score.of(right));
        }
        scores.put("unresolved", Score.of(chosen == null ? 1 : 0));
        return scores;
    }

    private static Map<String, String> options(Map<String, Object> document, List<String> letters) {
        var options = new LinkedHashMap<String, String>();
        for (String letter : letters) {
            Object text = document.get(letter);
            if (text != null && !text.equals("") && !text.equals(NOTHING)) {
                options.put(letter, String.valueOf(text));
            }
        }
        return options;
    }
}
