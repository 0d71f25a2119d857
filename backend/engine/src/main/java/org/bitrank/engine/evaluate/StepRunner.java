package org.bitrank.engine.evaluate;

import java.util.List;
import java.util.Set;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.GreedyGenerator;
import org.bitrank.engine.tasks.GenerationSettings;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.PackedMatrix;

/** Does the steps of a workload with one model. */
final class StepRunner implements AutoCloseable {
    private final CausalLM model;
    private final Tokenizer tokenizer;
    private final Scorer scorer;
    private final GreedyGenerator generator;
    private final Set<Integer> stopTokens;
    private final boolean comparing;

    /** @param baseHead the base's head where the hidden states handed over are the base's, or null */
    StepRunner(CausalLM model, Tokenizer tokenizer, PackedMatrix baseHead) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.scorer = new Scorer(model, baseHead);
        this.generator = new GreedyGenerator(model);
        this.stopTokens = tokenizer.stopTokens();
        this.comparing = baseHead != null;
    }

    CausalLM model() {
        return model;
    }

    /** @param states where the base's hidden states are kept, or found when comparing; null without a comparison */
    StepResult run(Workload.Step step, HiddenStates states) {
        return switch (step) {
            case Workload.Step.Score score -> {
                ScoringBatch batch = score.batch();
                List<PassageScore> scores = states == null
                        ? scorer.score(batch)
                        : comparing
                                ? scorer.compare(batch, states, score.firstRow())
                                : scorer.scoreAndKeep(batch, states, score.firstRow());
                yield new StepResult(scores, null);
            }
            case Workload.Step.Generate generate -> new StepResult(List.of(), text(generate.prompt(), generate.settings()));
        };
    }

    private String text(int[] prompt, GenerationSettings settings) {
        List<Integer> generated = generator.generate(prompt, settings.maxTokens(),
                tokens -> stopTokens.contains(tokens.getLast()) || firstStop(decoded(tokens), settings) >= 0);
        String text = decoded(generated);
        int stop = firstStop(text, settings);
        return stop < 0 ? text : text.substring(0, stop);
    }

    private String decoded(List<Integer> tokens) {
        return tokenizer.decode(tokens.stream().mapToInt(Integer::intValue).toArray(), true);
    }

    private static int firstStop(String text, GenerationSettings settings) {
        int first = -1;
        for (String stop : settings.until()) {
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            if (at >= 0 && (first < 0 || at < first)) {
                first = at;
            }
        }
        return first;
    }

    @Override
    public void close() {
        scorer.close();
        generator.close();
    }
}
