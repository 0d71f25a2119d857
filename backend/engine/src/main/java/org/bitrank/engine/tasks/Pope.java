package org.bitrank.engine.tasks;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitrank.kernels.BitRankException;

/**
 * POPE: is something in the picture? Half of what is asked for is not there; what is asked for is drawn at random, from what is
 * frequent, or from what goes with the rest of the picture. Li et al. 2023, arXiv:2305.10355; lmms-eval's rules.
 */
final class Pope {
    private static final double YES = 1;
    private static final double NO = 0;
    /** Neither: wrong, but no missed yes. */
    private static final double OTHER = -1;

    private Pope() {}

    static Map<String, Score> scores(Map<String, Object> document, List<Response> responses) {
        double answer = said(TaskFunctions.answer(responses));
        double truth = said(TaskFunctions.text(document, "answer").strip());
        if (truth == OTHER) {
            throw BitRankException.badInput("a POPE answer is '" + document.get("answer") + "', not yes or no; check the data file");
        }
        var predicted = new Score(answer, truth);
        var scores = new LinkedHashMap<String, Score>();
        scores.put("pope_accuracy", Score.of(answer == truth ? 1 : 0));
        scores.put("pope_precision", predicted);
        scores.put("pope_recall", predicted);
        scores.put("pope_f1_score", predicted);
        scores.put("pope_yes_ratio", Score.of(answer == YES ? 1 : 0));
        scores.put("unresolved", Score.of(answer == OTHER ? 1 : 0));
        return scores;
    }

    private static double said(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "yes" -> YES;
            case "no" -> NO;
            default -> OTHER;
        };
    }
}
