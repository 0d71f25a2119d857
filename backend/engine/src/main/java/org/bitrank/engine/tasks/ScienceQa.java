package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/** ScienceQA: the letter alone, or at the beginning with a full stop. Lu et al. 2022, arXiv:2209.09513; lmms-eval's rules. */
final class ScienceQa {
    private ScienceQa() {}

    static Object target(Map<String, Object> document) {
        return letter(document);
    }

    private static String letter(Map<String, Object> document) {
        if (document.get("answer") instanceof Long index && document.get("choices") instanceof List<?> choices
                && index >= 0 && index < choices.size()) {
            return String.valueOf((char) ('A' + index));
        }
        throw BitRankException.badInput("a ScienceQA question has no number of one of its choices in column 'answer'; check the data file");
    }

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        String answer = TaskFunctions.answer(responses);
        String letter = letter(document);
        if (answer.equalsIgnoreCase(letter)) {
            return Map.of("exact_match", Score.of(1));
        }
        boolean leads = PythonText.length(answer) >= 2 && Character.isUpperCase(answer.charAt(0)) && answer.charAt(1) == '.';
        return Map.of("exact_match", Score.of(leads && answer.substring(0, 1).equals(letter) ? 1 : 0));
    }
}
