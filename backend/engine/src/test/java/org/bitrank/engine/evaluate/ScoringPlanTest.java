package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.KeptPrefix;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScoringPlanTest {
    private static final int BIG = 1000;

    private static final Passage YES = passage(1, 5, 6, 7, 8, 20);
    private static final Passage NO = passage(3, 5, 6, 7, 8, 21, 22, 23);
    private static final Passage OTHER = passage(2, 5, 6, 9);

    private static Passage passage(int scored, int... tokens) {
        return new Passage(tokens, scored);
    }

    @Test
    void whatPassagesBeginWithGoesThroughTheModelOnce() {
        ScoringBatch batch = plan(List.of(YES, NO, OTHER), BIG).batches().getFirst();
        assertThat(batch.tokens().tokens()).containsExactly(5, 6, 7, 8, 21, 22);
        assertThat(batch.tokens().positions()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(batch.passages()).containsExactly(0, 1, 2);
        assertThat(batch.counts()).containsExactly(1, 3, 2);
        assertThat(batch.rows()).containsExactly(3, 3, 4, 5, 0, 1);
        assertThat(batch.targets()).containsExactly(20, 21, 22, 23, 6, 9);
    }

    /** A plan that shares even a single token. */
    private static ScoringPlan plan(List<Passage> passages, int batchTokens) {
        return ScoringPlan.of(passages, true, batchTokens, 1);
    }

    @Test
    void beginningsTooShortToBeWorthARunAreNotShared() {
        var passages = List.of(passage(1, 1, 2, 3, 4), passage(1, 1, 2, 5, 6), passage(1, 1, 2, 3, 8));
        ScoringPlan plan = ScoringPlan.of(passages, true, BIG, 2);
        assertThat(plan.batches().getFirst().tokens().tokens()).containsExactly(1, 2, 3, 5);
        plan = ScoringPlan.of(passages, true, BIG, 3);
        assertThat(plan.batches().getFirst().tokens().tokens()).containsExactly(1, 2, 3, 1, 2, 5);
        assertThat(plan.plainTokens()).isEqualTo(6);
    }

    @Test
    void answersOfOneTokenShareTheirPosition() {
        var letters = List.of(passage(1, 5, 6, 7, 1), passage(1, 5, 6, 7, 2), passage(1, 5, 6, 7, 3), passage(1, 5, 6, 7, 4));
        ScoringPlan plan = plan(letters, BIG);
        assertThat(plan.forwardTokens()).isEqualTo(3);
        assertThat(plan.plainTokens()).isEqualTo(3);
        assertThat(plan.batches().getFirst().rows()).containsExactly(2, 2, 2, 2);
    }

    @Test
    void plainHarnessIsChargedForEveryDistinctSequence() {
        ScoringPlan plan = plan(List.of(YES, YES, NO, OTHER), BIG);
        assertThat(plan.forwardTokens()).isEqualTo(6);
        assertThat(plan.plainTokens()).isEqualTo(4 + 6 + 2);
    }

    @Test
    void withoutSharingEveryPassageIsAloneInTheBatch() {
        ScoringPlan plan = ScoringPlan.of(List.of(YES, NO), false);
        assertThat(plan.batches().getFirst().tokens().tokens()).containsExactly(5, 6, 7, 8, 5, 6, 7, 8, 21, 22);
        assertThat(plan.forwardTokens()).isEqualTo(10);
    }

    @Test
    void examplesInFrontOfAllQuestionsAreKeptFromBatchToBatch() {
        var passages = new ArrayList<Passage>();
        int[] header = IntStream.range(0, 300).toArray();
        for (int question = 0; question < 10; question++) {
            int[] tokens = Arrays.copyOf(header, 341);
            Arrays.fill(tokens, 300, 341, BIG + question);
            passages.add(new Passage(tokens, 1));
        }
        ScoringPlan plan = plan(passages, 350);
        assertThat(plan.forwardTokens()).isEqualTo(300 + 10 * 40);
        assertThat(plan.batches()).hasSize(3);
        assertThat(plan.batches().getFirst().prefix()).isEmpty();
        for (ScoringBatch batch : plan.batches().subList(1, 3)) {
            assertThat(batch.prefix()).isEqualTo(header);
            assertThat(batch.tokens().held()).isEqualTo(300);
            assertThat(batch.tokens().positions()[0]).isEqualTo(300);
        }
        assertThat(plan.batches().stream().mapToInt(ScoringBatch::finished)).containsExactly(1, 8, 1);
    }

    @Test
    void batchesAreFilledAcrossTheChoicesOfAQuestion() {
        int[] first = {1, 2, 3, 4, 5, 6, 7, 8};
        var passages = List.of(
                passage(3, concatenated(first, 10, 11, 12)), passage(3, concatenated(first, 20, 21, 22)), passage(3, concatenated(first, 30, 31, 32)));
        ScoringPlan plan = plan(passages, 12);
        assertThat(plan.batches()).extracting(batch -> batch.tokens().size()).containsExactly(12, 2);
        // The third choice's first token is predicted in the first batch, by the last token of the question.
        assertThat(plan.batches().getFirst().counts()).containsExactly(3, 3, 1);
        assertThat(plan.batches().getLast().passages()).containsExactly(2);
        assertThat(plan.batches().getLast().targets()).containsExactly(31, 32);
    }

    private static int[] concatenated(int[] first, int... rest) {
        return IntStream.concat(Arrays.stream(first), Arrays.stream(rest)).toArray();
    }

    @ParameterizedTest
    @CsvSource({"cpu, FLOAT32", "cpu, BFLOAT16", "reference, FLOAT32"})
    void randomTreesScoreAsPassageByPassageDoes(String name, ComputeType type) {
        if (type == ComputeType.BFLOAT16 && CpuBackend.nativeComputeType() != type) {
            return;
        }
        try (var backend = Backends.open(name, type);
                var checkpoint = Checkpoint.open(ModelCatalog.resolve("reference/micro-llama"));
                var model = CausalLM.load(checkpoint, backend)) {
            for (long seed = 0; seed < (name.equals("cpu") ? 6 : 1); seed++) {
                List<Passage> passages = randomTree(new Random(seed));
                List<PassageScore> alone = new ArrayList<>();
                passages.forEach(passage -> alone.add(Scores.of(model, passage)));
                for (int batchTokens : new int[] {1, 40, 2048}) {
                    ScoringPlan plan = plan(passages, batchTokens);
                    assertThat(plan.forwardTokens()).isLessThan(plan.plainTokens());
                    assertEqual(Scores.of(model, passages, plan), alone, "seed %d, batches of %d".formatted(seed, batchTokens));
                }
            }
        }
    }

    /** Equal to the last bit of every log-probability; a sum in parts may differ from a sum in one by the order of adding. */
    private static void assertEqual(List<PassageScore> found, List<PassageScore> expected, String description) {
        for (int i = 0; i < expected.size(); i++) {
            PassageScore one = expected.get(i);
            assertThat(found.get(i).logLikelihood()).as(description).isCloseTo(one.logLikelihood(), Offset.offset(1e-12 * one.tokens()));
            assertThat(found.get(i).greedy()).as(description).isEqualTo(one.greedy());
            assertThat(found.get(i).tokens()).as(description).isEqualTo(one.tokens());
        }
    }

    /** Sequences of two tokens' texts that go on from a random place in one that is there already. */
    private static List<Passage> randomTree(Random random) {
        var passages = new ArrayList<Passage>();
        for (int i = 0; i < 24; i++) {
            int[] before = i == 0 ? new int[] {7} : passages.get(random.nextInt(i)).tokens();
            int shared = 1 + random.nextInt(before.length);
            int[] own = random.ints(1 + random.nextInt(i % 6 == 0 ? 90 : 12), 5, 8).toArray();
            int[] tokens = concatenated(Arrays.copyOf(before, shared), own);
            passages.add(new Passage(tokens, 1 + random.nextInt(tokens.length - 1)));
        }
        return passages;
    }

    @Test
    void heldTokensThatAreGoneAreRunAgain() {
        try (Backend backend = Backends.open("cpu", ComputeType.FLOAT32);
                var checkpoint = Checkpoint.open(ModelCatalog.resolve("reference/micro-llama"));
                var model = CausalLM.load(checkpoint, backend)) {
            List<Passage> passages = randomTree(new Random(11));
            ScoringPlan plan = plan(passages, 30);
            var inOrder = new ArrayList<List<PassageScore>>();
            try (var scorer = new Scorer(model)) {
                plan.batches().forEach(batch -> inOrder.add(scorer.score(batch)));
            }
            for (int i = plan.batches().size() - 1; i >= 0; i--) {
                try (var scorer = new Scorer(model)) {
                    assertThat(scorer.score(plan.batches().get(i))).isEqualTo(inOrder.get(i));
                }
            }
        }
    }

    @Test
    void nothingButWhatTheNextBatchNeedsIsHeld() {
        try (Backend backend = Backends.open("cpu", ComputeType.FLOAT32);
                var checkpoint = Checkpoint.open(ModelCatalog.resolve("reference/micro-llama"));
                var model = CausalLM.load(checkpoint, backend);
                var kept = new KeptPrefix(model)) {
            for (ScoringBatch batch : plan(randomTree(new Random(5)), 30).batches()) {
                batch.run(kept);
                assertThat(kept.tokens()).isEqualTo(batch.next());
            }
            assertThat(kept.tokens()).isEmpty();
        }
    }
}
