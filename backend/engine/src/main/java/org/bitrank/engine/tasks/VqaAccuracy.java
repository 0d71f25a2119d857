package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bitrank.kernels.BitRankException;

/**
 * VQA accuracy: an answer is right when three of ten people gave it; one or two make a third or two. To give each of the ten the
 * same say, it is the mean over leaving each one out.
 */
final class VqaAccuracy {
    private static final double ENOUGH = 3;

    private VqaAccuracy() {}

    /** TextVQA and VizWiz: the answers are texts. */
    static Map<String, Score> ofTexts(Map<String, Object> document, List<Response> responses) {
        return scores(document, responses, VqaText::reduced);
    }

    /** VQAv2: the answers are maps with the text under {@code answer}. */
    static Map<String, Score> ofMaps(Map<String, Object> document, List<Response> responses) {
        return scores(document, responses, text -> VqaText.compared(VqaText.onOneLine(text)));
    }

    private static Map<String, Score> scores(Map<String, Object> document, List<Response> responses, UnaryOperator<String> form) {
        if (!(document.get("answers") instanceof List<?> answers)) {
            throw BitRankException.badInput("a document has no list of people's answers in column 'answers'; check the data file");
        }
        List<String> people = answers.stream()
                .map(answer -> form.apply(String.valueOf(answer instanceof Map<?, ?> map ? map.get("answer") : answer)))
                .toList();
        return Map.of("exact_match", Score.of(of(form.apply(TaskFunctions.answer(responses)), people)));
    }

    static double of(String answer, List<String> people) {
        double sum = 0;
        long all = people.stream().filter(answer::equals).count();
        for (String person : people) {
            sum += Math.min(1, (all - (person.equals(answer) ? 1 : 0)) / ENOUGH);
        }
        return people.isEmpty() ? 0 : sum / people.size();
    }
}
