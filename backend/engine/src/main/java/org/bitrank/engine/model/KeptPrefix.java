package org.bitrank.engine.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/**
 * Keys and values of the tokens that the next sequences all begin with, such as worked examples in front of many questions:
 * they go through the model once, however many batches follow.
 */
public final class KeptPrefix implements KeyValues, AutoCloseable {
    private final CausalLM model;
    private KeyValueCache cache;
    private int[] tokens = {};

    /** What the batch that is being run leaves behind: its rows {@code rows} become the held tokens from {@code from} on. */
    private int from;
    private int[] rows;

    public KeptPrefix(CausalLM model) {
        this.model = model;
    }

    /** The tokens that are held. */
    public int[] tokens() {
        return tokens;
    }

    /** Holds these tokens, running them if they are not the ones that are held. */
    public void hold(int[] wanted) {
        if (!Arrays.equals(tokens, wanted)) {
            tokens = new int[0];
            if (wanted.length > 0) {
                hidden(TokenBatch.of(wanted), wanted, 0, IntStream.range(0, wanted.length).toArray());
            }
        }
    }

    /**
     * Runs a batch and keeps of it what the one after it goes on from.
     *
     * @param next what is to be held afterwards
     * @param from how many tokens of {@code next} are held already
     * @param rows the batch's rows of the others
     * @return hidden states after the last norm; valid until the next call
     */
    public Tensor hidden(TokenBatch batch, int[] next, int from, int[] rows) {
        if (batch.held() != tokens.length || from > tokens.length || from + rows.length != next.length) {
            throw new IllegalArgumentException("%d tokens held for a batch that goes on from %d and leaves %d + %d of %d"
                    .formatted(tokens.length, batch.held(), from, rows.length, next.length));
        }
        int held = tokens.length;
        reserve(next.length, held);
        this.from = from;
        this.rows = rows;
        // Unknown until all layers are through.
        tokens = new int[0];
        Tensor hidden = model.hidden(batch, this);
        tokens = next;
        return hidden;
    }

    private void reserve(int capacity, int held) {
        int present = cache == null ? 0 : cache.capacity();
        if (present >= capacity) {
            return;
        }
        KeyValueCache larger = new KeyValueCache(model.config(), model.backend(), Math.max(capacity, 2 * present));
        if (cache != null) {
            larger.copy(cache, held);
            cache.close();
        }
        cache = larger;
    }

    @Override
    public Tensor join(int layer, TokenBatch batch, Tensor all, Kind kind) {
        if (cache == null) {
            return all;
        }
        Backend backend = model.backend();
        Tensor kept = cache.of(layer, kind);
        int held = batch.held();
        if (held > 0) {
            backend.gatherRows(kept, IntStream.range(0, held).toArray(), all.rows(0, held));
        }
        if (rows.length > 0) {
            backend.gatherRows(all.rows(held, batch.size()), rows, kept.rows(from, rows.length));
        }
        return all;
    }

    @Override
    public void close() {
        if (cache != null) {
            cache.close();
            cache = null;
        }
        tokens = new int[0];
    }
}
