package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.assertj.core.data.Offset;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.junit.jupiter.api.Test;

class ScoringBatchTest {
    private static final Passage YES = new Passage(new int[] {5, 6, 7, 8, 20}, 1);
    private static final Passage NO = new Passage(new int[] {5, 6, 7, 8, 21, 22, 23}, 3);
    private static final Passage OTHER = new Passage(new int[] {5, 6, 9}, 2);

    @Test
    void contextOfSeveralChoicesGoesThroughTheModelOnce() {
        ScoringBatch batch = ScoringBatch.of(List.of(YES, NO, OTHER), true);
        assertThat(batch.tokens().tokens()).containsExactly(5, 6, 7, 8, 21, 22, 5, 6);
        assertThat(batch.tokens().positions()).containsExactly(0, 1, 2, 3, 4, 5, 0, 1);
        assertThat(batch.rows()).containsExactly(3, 3, 4, 5, 6, 7);
        assertThat(batch.targets()).containsExactly(20, 21, 22, 23, 6, 9);
        assertThat(batch.counts()).containsExactly(1, 3, 2);
    }

    @Test
    void withoutSharingEveryPassageIsAloneInTheBatch() {
        assertThat(ScoringBatch.of(List.of(YES, NO), false).tokens().tokens()).containsExactly(5, 6, 7, 8, 5, 6, 7, 8, 21, 22);
    }

    @Test
    void planKeepsTheChoicesOfAContextTogetherAndTheOrder() {
        var passages = new ArrayList<Passage>();
        for (int i = 0; i < 5; i++) {
            var tokens = new int[802];
            tokens[0] = i / 2;
            passages.add(new Passage(tokens, 401));
        }
        // A pair shares 401 tokens of context: 401 + 2 * 400 tokens. Two pairs would be more than a batch holds.
        assertThat(ScoringBatch.plan(passages, true)).containsExactly(
                new ScoringBatch.Range(0, 2, 802), new ScoringBatch.Range(2, 3, 1203));
    }

    @Test
    void sharedAndBatchedScoresEqualThoseOfOnePassageAtATime() {
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32);
                var checkpoint = Checkpoint.open(ModelCatalog.resolve("reference/micro-llama"));
                var model = CausalLM.load(checkpoint, backend)) {
            var scorer = new Scorer(model);
            var passages = List.of(YES, NO, OTHER);
            List<PassageScore> together = scorer.score(ScoringBatch.of(passages, true));
            for (int i = 0; i < passages.size(); i++) {
                PassageScore alone = scorer.score(ScoringBatch.of(List.of(passages.get(i)), false)).getFirst();
                assertThat(together.get(i).logLikelihood()).isCloseTo(alone.logLikelihood(), Offset.offset(1e-4));
                assertThat(together.get(i).greedy()).isEqualTo(alone.greedy());
            }
        }
    }
}
