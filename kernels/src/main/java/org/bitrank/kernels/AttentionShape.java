package org.bitrank.kernels;

/**
 * Heads of an attention layer; query head {@code h} reads key head {@code h / (heads / keyHeads)}.
 *
 * @param scale factor on the scores, usually {@code 1 / sqrt(headSize)}
 * @param window a query sees itself and the {@code window - 1} keys before it; 0 means all
 */
public record AttentionShape(int heads, int keyHeads, int headSize, float scale, int window) {
    public AttentionShape {
        if (heads <= 0 || keyHeads <= 0 || heads % keyHeads != 0 || headSize <= 0 || window < 0) {
            throw new IllegalArgumentException("bad attention shape: heads %d, key heads %d, head size %d, window %d"
                    .formatted(heads, keyHeads, headSize, window));
        }
    }
}
