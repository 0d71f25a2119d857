package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.model.CausalLM;

/** Scores of passages, by a plan of their own. */
final class Scores {
    private Scores() {}

    static PassageScore of(CausalLM model, Passage passage) {
        return of(model, List.of(passage), ScoringPlan.of(List.of(passage), false)).getFirst();
    }

    static List<PassageScore> of(CausalLM model, List<Passage> passages, ScoringPlan plan) {
        var scores = new PassageScore[passages.size()];
        try (var scorer = new Scorer(model)) {
            for (ScoringBatch batch : plan.batches()) {
                StepResults.add(batch.passages(), scorer.score(batch), scores);
            }
        }
        return new ArrayList<>(Arrays.asList(scores));
    }
}
