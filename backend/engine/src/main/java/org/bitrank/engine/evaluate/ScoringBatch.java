package org.bitrank.engine.evaluate;

import org.bitrank.engine.model.KeptPrefix;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.kernels.Tensor;

/**
 * Tokens that go through the model together, and what is read off them.
 *
 * @param prefix what the batch goes on from: tokens that were run before
 * @param next what the batch after this one goes on from
 * @param nextRows rows of this batch that are the last tokens of {@code next}; those before are in {@code prefix}
 * @param passages whose tokens are scored here; one whose path is cut by the batch's end is here in part
 * @param counts how many tokens of each of them are scored here
 * @param rows rows of the hidden states that predict a scored token, passage by passage
 * @param targets the token that each of these rows should predict
 * @param finished passages that are fully scored with this batch
 */
record ScoringBatch(
        int[] prefix,
        TokenBatch tokens,
        int[] next,
        int[] nextRows,
        int[] passages,
        int[] counts,
        int[] rows,
        int[] targets,
        int finished) {
    /** Hidden states of all rows; afterwards {@code kept} holds what the next batch needs. */
    Tensor run(KeptPrefix kept) {
        kept.hold(prefix);
        return kept.hidden(tokens, next, next.length - nextRows.length, nextRows);
    }
}
