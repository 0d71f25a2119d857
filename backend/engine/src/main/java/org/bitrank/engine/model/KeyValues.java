package org.bitrank.engine.model;

import org.bitrank.kernels.Tensor;

/** Where the keys and values of earlier tokens are, and where those of a batch go. */
interface KeyValues {
    enum Kind {
        KEY,
        VALUE
    }

    /** Nothing came before the batch, and nothing of it is needed afterwards. */
    KeyValues OF_BATCH = (_, _, all, _) -> all;

    /**
     * @param all the batch's own keys (values) from row {@code batch.held()} on; the rows before are free
     * @return the keys (values) that the batch's runs speak of
     */
    Tensor join(int layer, TokenBatch batch, Tensor all, Kind kind);
}
