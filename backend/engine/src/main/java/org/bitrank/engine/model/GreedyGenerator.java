package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import org.bitrank.kernels.Tensor;

/**
 * Continues prompts with the likeliest token, again and again, keys and values kept. What a prompt has in common with the one
 * before it, such as worked examples, is not run again.
 */
public final class GreedyGenerator implements AutoCloseable {
    private final CausalLM model;
    private KeyValueCache cache;

    /** The prompt whose keys and values are in the first rows of the cache. */
    private int[] held = {};

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
        int position = model.config().sharesPrefixes() ? shared(held, prompt) : 0;
        reserve(prompt.length + maxTokens - 1, position);
        held = Arrays.copyOf(prompt, position);
        int[] next = Arrays.copyOfRange(prompt, position, prompt.length);
        // A prompt of one token is itself computed as a step, so it is not held for others.
        do {
            Tensor hidden = model.hidden(TokenBatch.following(position, next), cache);
            position += next.length;
            next = new int[] {likeliest(hidden)};
            generated.add(next[0]);
            if (generated.size() == 1 && prompt.length > 1) {
                held = prompt;
            }
        } while (generated.size() < maxTokens && !finished.test(generated));
        return generated;
    }

    /**
     * How many tokens of a prompt need not be run after another prompt. Two at least are run, because a single one would be
     * computed as a step of generation is, and round otherwise.
     */
    public static int shared(int[] before, int[] prompt) {
        int mismatch = Arrays.mismatch(before, prompt);
        return Math.max(0, Math.min(mismatch < 0 ? prompt.length : mismatch, prompt.length - 2));
    }

    private void reserve(int capacity, int kept) {
        if (cache != null && cache.capacity() >= capacity) {
            return;
        }
        var larger = new KeyValueCache(model.config(), model.backend(), capacity);
        if (cache != null) {
            larger.copy(cache, kept);
            cache.close();
        }
        cache = larger;
    }

    private int likeliest(Tensor hidden) {
        var likeliest = new int[1];
        try (Tensor last = hidden.rows(hidden.rows() - 1, 1)) {
            model.backend().targetLogProbs(last, model.head(), new int[1], new float[1], likeliest);
        }
        return likeliest[0];
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.close();
            cache = null;
        }
        held = new int[0];
    }
}
