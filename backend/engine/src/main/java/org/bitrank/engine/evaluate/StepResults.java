package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;

/** The results of all steps, scores and texts each in the order of the workload. */
record StepResults(List<PassageScore> scores, List<String> texts) {
    static StepResults of(List<StepResult> results) {
        var scores = new ArrayList<PassageScore>();
        var texts = new ArrayList<String>();
        for (StepResult result : results) {
            scores.addAll(result.scores());
            if (result.text() != null) {
                texts.add(result.text());
            }
        }
        return new StepResults(scores, texts);
    }

    /** Mean divergence and agreement over all scored positions, or null where nothing was compared. */
    TokenComparison comparison() {
        long positions = 0;
        double divergence = 0;
        long agreements = 0;
        for (PassageScore score : scores) {
            if (score.divergence() != null) {
                positions += score.tokens();
                divergence += score.divergence();
                agreements += score.agreements();
            }
        }
        return positions == 0
                ? null
                : new TokenComparison(positions, divergence / positions, (double) agreements / positions);
    }
}
