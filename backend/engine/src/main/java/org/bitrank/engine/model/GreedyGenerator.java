package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.bitrank.kernels.Tensor;

/** Continues a sequence with the likeliest token, again and again, keys and values kept. */
public final class GreedyGenerator {
    private final CausalLM model;

    public GreedyGenerator(CausalLM model) {
        this.model = model;
    }

    /**
     * @param finished asked after each token with all new tokens so far, whether they are enough
     * @return the new tokens, the one that finished included
     */
    public List<Integer> generate(int[] prompt, int maxTokens, Predicate<List<Integer>> finished) {
        var generated = new ArrayList<Integer>();
        if (maxTokens < 1) {
            return generated;
        }
        try (var cache = new KeyValueCache(model.config(), model.backend(), prompt.length + maxTokens - 1)) {
            int[] next = prompt;
            int position = 0;
            do {
                Tensor hidden = model.hidden(TokenBatch.following(position, next), cache);
                position += next.length;
                next = new int[] {likeliest(hidden)};
                generated.add(next[0]);
            } while (generated.size() < maxTokens && !finished.test(generated));
        }
        return generated;
    }

    private int likeliest(Tensor hidden) {
        var likeliest = new int[1];
        try (Tensor last = hidden.rows(hidden.rows() - 1, 1)) {
            model.backend().targetLogProbs(last, model.head(), new int[1], new float[1], likeliest);
        }
        return likeliest[0];
    }
}
