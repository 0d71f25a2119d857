package org.bitrank.engine.model;

/** Where the norms of a block stand, and what its two parts are added to. */
enum Arrangement {
    /** {@code x += attention(norm(x)); x += mlp(norm(x))}. */
    NORM_BEFORE(true),
    /** {@code x = norm(x + attention(x)); x = norm(x + mlp(x))}. */
    NORM_AFTER(false),
    /** {@code x = norm(x); x += attention(x); x = norm(x); x += mlp(x)}: the norm is part of the residual stream. */
    NORM_OF_RESIDUAL(false),
    /** {@code x += attention(norm(x)) + mlp(norm'(x))}: both parts see the block's input. */
    PARALLEL(true);

    private final boolean normFeedsPartsOnly;

    Arrangement(boolean normFeedsPartsOnly) {
        this.normFeedsPartsOnly = normFeedsPartsOnly;
    }

    /** Whether nothing but the linear layers behind a norm sees its output, so that its channels can be scaled. */
    boolean normFeedsPartsOnly() {
        return normFeedsPartsOnly;
    }
}
