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
}
