package org.bitrank.engine.evaluate;

import java.util.List;
import org.bitrank.engine.statistics.CalibrationError;
import org.bitrank.engine.statistics.Choices;
import org.bitrank.engine.tasks.ItemMetric;
import org.bitrank.engine.tasks.OutputType;
import org.bitrank.engine.tasks.Response;
import org.bitrank.engine.tasks.Task;

/**
 * Whether a model is as often right as it is sure, over a task's questions; its probabilities are those of the choices' log-likelihoods
 * as if there were no other answers.
 *
 * @param expectedError mean distance of confidence and accuracy over ten bins (ECE)
 * @param largestError of the worst bin
 * @param brier mean squared distance between probabilities and truth, 0 to 2
 * @param bins those that are not empty
 */
public record ChoiceCalibration(int items, double expectedError, double largestError, double brier, List<CalibrationError.Bin> bins) {
    /** Null for tasks that are no choice of one right answer by its likelihood. */
    static ChoiceCalibration of(Task task, List<ItemReport> items) {
        if (task.outputType() != OutputType.MULTIPLE_CHOICE || items.isEmpty() || task.metrics().contains("acc_mutual_info")) {
            return null;
        }
        var confidences = new double[items.size()];
        var right = new double[items.size()];
        double brier = 0;
        for (int i = 0; i < items.size(); i++) {
            ItemReport item = items.get(i);
            double[] likelihoods = item.responses().stream()
                    .mapToDouble(response -> response instanceof Response.Scored scored ? scored.logLikelihood() : Double.NaN)
                    .toArray();
            int chosen = Choices.likeliest(likelihoods);
            Double hit = accuracy(item);
            // A task may count in its own way, several right answers or shares of probability: what it says must be what we see.
            if (!(item.item().target() instanceof Number number) || hit == null || hit != (number.intValue() == chosen ? 1 : 0)) {
                return null;
            }
            double[] probabilities = Choices.probabilities(likelihoods);
            confidences[i] = probabilities[chosen];
            right[i] = hit;
            brier += Choices.brier(probabilities, number.intValue());
        }
        CalibrationError error = CalibrationError.of(confidences, right, CalibrationError.BINS);
        return new ChoiceCalibration(items.size(), error.expected(), error.largest(), brier / items.size(), error.bins());
    }

    private static Double accuracy(ItemReport item) {
        for (ItemMetric metric : item.scores().getFirst().metrics()) {
            if (metric.metric().equals("acc")) {
                return metric.score().value();
            }
        }
        return null;
    }
}
