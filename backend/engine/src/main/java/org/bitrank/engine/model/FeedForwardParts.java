package org.bitrank.engine.model;

import java.util.List;

/**
 * What a family's feed-forward part is made of; names count from the block, those of experts from the expert.
 *
 * @param norm in front of it (or behind, where the block is arranged so)
 * @param in the matrices that read the norm: gate and up, one that holds both, or up alone
 * @param gated whether {@code silu(gate) * up} comes of them, or the activation of up
 * @param down back to the residual stream
 * @param bias whether they have one
 * @param router scores the experts, of which a token goes to the best few; null where there is one feed-forward part for all
 * @param experts what the names of expert {@code e} begin with, before {@code e}
 */
record FeedForwardParts(String norm, List<String> in, boolean gated, String down, Choice bias, String router, String experts) {
    static FeedForwardParts gated(String norm, List<String> in, String down, Choice bias) {
        return new FeedForwardParts(norm, in, true, down, bias, null, null);
    }

    static FeedForwardParts plain(String norm, String up, String down, Choice bias) {
        return new FeedForwardParts(norm, List.of(up), false, down, bias, null, null);
    }

    boolean routed() {
        return router != null;
    }
}
