package org.bitrank.engine.model;

import java.util.List;

/**
 * What a family's attention is made of; names count from the block.
 *
 * @param norm in front of it (or behind, where the block is arranged so)
 * @param projections to queries, keys and values: three matrices, or one that holds all three
 * @param order how the rows of the one matrix are ordered; null with three
 * @param output the matrix back to the residual stream
 * @param projectionBias whether queries, keys and values have a bias
 * @param outputBias whether the output has one
 * @param queryNorm RMS norm of every query head, or null
 * @param keyNorm RMS norm of every key head, or null
 * @param window which layers see only a sliding window
 */
record AttentionParts(
        String norm,
        List<String> projections,
        Order order,
        String output,
        Choice projectionBias,
        Choice outputBias,
        String queryNorm,
        String keyNorm,
        WindowRule window) {
    /** Rows of a matrix that holds queries, keys and values. */
    enum Order {
        /** All queries, then all keys, then all values. */
        STACKED,
        /** Query, key and value of the first head, then those of the second. */
        BY_HEAD
    }

    enum WindowRule {
        NONE,
        /** Every layer, by {@code sliding_window}; 4096 where the key is absent, as transformers has it. */
        EVERY_LAYER,
        /** Every layer where {@code sliding_window} is given. */
        EVERY_LAYER_IF_GIVEN,
        /** By {@code layer_types}, or from {@code max_window_layers} on, where {@code use_sliding_window} says so. */
        CHOSEN_LAYERS
    }
}
