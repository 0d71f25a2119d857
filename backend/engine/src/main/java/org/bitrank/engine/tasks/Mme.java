package org.bitrank.engine.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/**
 * MME: two questions about each picture, one to be answered with yes and one with no. A category is worth the share of right
 * answers (acc) and the share of pictures with both answers right (acc+), 100 points each. Fu et al. 2023, arXiv:2306.13394. Both
 * shares over all categories are there too, for task files that want one number.
 */
final class Mme {
    private static final Set<String> PERCEPTION = Set.of(
            "existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR");
    private static final Set<String> COGNITION =
            Set.of("commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning");
    private static final int PREFIX = 4;

    private Mme() {}

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        String category = TaskFunctions.text(document, "category");
        if (!PERCEPTION.contains(category) && !COGNITION.contains(category)) {
            throw BitRankException.badInput("MME has no category '" + category + "'; check the data file");
        }
        String answer = answer(TaskFunctions.answer(responses));
        String target = TaskFunctions.text(document, "answer").toLowerCase(Locale.ROOT).strip().replace(".", "");
        var right = Score.inGroup(answer.equals(target) ? 1 : 0, category + "/" + TaskFunctions.text(document, "question_id"));
        var scores = new LinkedHashMap<String, Score>();
        scores.put(PERCEPTION.contains(category) ? "mme_perception_score" : "mme_cognition_score", right);
        scores.put("acc", right);
        scores.put("acc_plus", right);
        scores.put("acc", right);
        scores.put("acc_plus", right);
        scores.put("unresolved", Score.of(answer.equals("other") ? 1 : 0));
        scores.put(category + "_score", right);
        scores.put(category + "_acc", right);
        scores.put(category + "_acc_plus", right);
        return scores;
    }

    /** {@code yes}, {@code no} or {@code other}: which of the words is among the first four letters. */
    static String answer(String text) {
        String answer = PythonText.strip(text.toLowerCase(Locale.ROOT), null).replace(".", "");
        if (answer.equals("y") || answer.equals("n")) {
            return answer.equals("y") ? "yes" : "no";
        }
        String start = answer.substring(0, answer.offsetByCodePoints(0, Math.min(PREFIX, PythonText.length(answer))));
        if (start.contains("yes")) {
            return "yes";
        }
        return start.contains("no") ? "no" : "other";
    }
}
