package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;

/** The results of all steps: a score for each passage of the workload and a text for each prompt, in their order. */
record StepResults(List<PassageScore> scores, List<String> texts) {
    static StepResults of(Workload workload, List<StepResult> results) {
        var scores = new PassageScore[workload.passages()];
        var texts = new ArrayList<String>();
        for (int i = 0; i < results.size(); i++) {
            switch (workload.steps().get(i)) {
                case Workload.Step.Score step -> add(step.batch().passages(), results.get(i).scores(), scores);
                case Workload.Step.Generate _ -> texts.add(results.get(i).text());
            }
        }
        return new StepResults(List.of(scores), texts);
    }

    static void add(int[] passages, List<PassageScore> parts, PassageScore[] scores) {
        for (int i = 0; i < passages.length; i++) {
            PassageScore before = scores[passages[i]];
            scores[passages[i]] = before == null ? parts.get(i) : before.plus(parts.get(i));
        }
    }
}
