package org.bitrank.engine.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import org.bitrank.engine.template.PythonText;

/**
 * ChartQA's relaxed accuracy: a number may be 5 % off, as it is read off a picture; anything else must be the same text. Masry et
 * al. 2022, arXiv:2203.10244, as lmms-eval computes it.
 */
final class ChartQa {
    private static final double TOLERANCE = 0.05;

    private ChartQa() {}

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        Score score = Score.of(isRelaxedMatch(TaskFunctions.answer(responses), target(document)) ? 1 : 0);
        var scores = new LinkedHashMap<String, Score>();
        scores.put("relaxed_overall", score);
        scores.put(isHuman(document) ? "relaxed_human_split" : "relaxed_augmented_split", score);
        return scores;
    }

    private static boolean isHuman(Map<String, Object> document) {
        return TaskFunctions.text(document, "type").equals("human_test");
    }

    /** One text; data sets also have it as a list of one. */
    private static String target(Map<String, Object> document) {
        return document.get("answer") instanceof List<?> list && list.size() == 1
                ? String.valueOf(list.getFirst())
                : TaskFunctions.text(document, "answer");
    }

    /** A target of 0 has no relative distance, and is compared as a text. */
    static boolean isRelaxedMatch(String answer, String target) {
        OptionalDouble given = number(answer);
        OptionalDouble wanted = number(target);
        if (given.isPresent() && wanted.isPresent() && wanted.getAsDouble() != 0) {
            return Math.abs(given.getAsDouble() - wanted.getAsDouble()) / Math.abs(wanted.getAsDouble()) <= TOLERANCE;
        }
        return answer.toLowerCase(Locale.ROOT).equals(target.toLowerCase(Locale.ROOT));
    }

    private static OptionalDouble number(String text) {
        if (!text.endsWith("%")) {
            return PythonFloat.parse(text);
        }
        OptionalDouble percent = PythonFloat.parse(PythonText.stripEnd(text, "%"));
        return percent.isPresent() ? OptionalDouble.of(percent.getAsDouble() / 100) : percent;
    }
}
