package org.bitrank.engine.model;

import java.util.List;

/**
 * A place in a block where channels can be scaled without changing what the block computes: entry {@code rows[c]} of the
 * producer is divided by {@code s[c] > 0} (a norm's gain and bias; a linear layer's row of weights and its bias), and column
 * {@code c} of every consumer is multiplied by it.
 *
 * @param source what kind of thing the producer is
 * @param producer {@code model.layers.0.input_layernorm}; a norm, or a linear layer
 * @param rows entry of the producer that makes channel {@code c}; for a norm {@code 0, 1, 2 …}, for {@code v_proj} inside a
 *     fused matrix the rows of that part
 * @param consumers every linear layer that reads these channels, a router among experts included though it is not quantized:
 *     all of them have to be scaled
 * @param measure where a method should look at what a choice of {@code s} costs
 */
public record ScaleSite(Source source, String producer, int[] rows, List<String> consumers, Measure measure) {
    /** What makes the channels. */
    public enum Source {
        NORM,
        LINEAR
    }

    /** Whose output shows the error that quantizing the consumers makes. */
    public enum Measure {
        /** {@link DecoderBlock#runAttention} on the consumers' input. */
        ATTENTION,
        /** {@link DecoderBlock#runFeedForward} on the consumers' input. */
        FEED_FORWARD,
        /** The products of the consumers alone. */
        LINEAR
    }

    public int channels() {
        return rows.length;
    }
}
