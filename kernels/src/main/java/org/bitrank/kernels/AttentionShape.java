package org.bitrank.kernels;

/**
 * Heads of an attention layer; query head {@code h} reads key head {@code h / (heads / keyHeads)}.
 *
 * @param scale factor on the scores, usually {@code 1 / sqrt(headSize)}; above zero
 * @param window a query sees itself and the {@code window - 1} keys before it; 0 means all
 * @param slopes linear biases (Press et al., ALiBi, arXiv 2108.12409): a key {@code d} places before the query of head
 *     {@code h} has {@code d * slopes[h]} taken from its score. Null means none
 * @param causal whether a query sees no key behind its own; where not, as in the towers of pictures, it sees all keys of its
 *     run, and there is neither a window nor a linear bias
 */
public record AttentionShape(int heads, int keyHeads, int headSize, float scale, int window, float[] slopes, boolean causal) {
    public AttentionShape {
        if (heads <= 0 || keyHeads <= 0 || heads % keyHeads != 0 || headSize <= 0 || window < 0) {
            throw new IllegalArgumentException("bad attention shape: heads %d, key heads %d, head size %d, window %d"
                    .formatted(heads, keyHeads, headSize, window));
        }
        if (!(scale > 0) || slopes != null && slopes.length != heads) {
            throw new IllegalArgumentException("bad attention shape: scale %s, %s slopes for %d heads"
                    .formatted(scale, slopes == null ? "no" : slopes.length, heads));
        }
        if (!causal && (window > 0 || slopes != null)) {
            throw new IllegalArgumentException("bad attention shape: a window or slopes where every query sees all keys");
        }
    }

    public AttentionShape(int heads, int keyHeads, int headSize, float scale, int window, float[] slopes) {
        this(heads, keyHeads, headSize, scale, window, slopes, true);
    }

    public AttentionShape(int heads, int keyHeads, int headSize, float scale, int window) {
        this(heads, keyHeads, headSize, scale, window, null);
    }

    /** Every query sees all keys of its run. */
    public static AttentionShape full(int heads, int keyHeads, int headSize, float scale) {
        return new AttentionShape(heads, keyHeads, headSize, scale, 0, null, false);
    }

    /** What each place between a query of this head and a key takes from the score. */
    public float slope(int head) {
        return slopes == null ? 0 : slopes[head];
    }

    /** The position of the last key that a query sees. @param query counts from the first of its run */
    public int lastKey(AttentionRun run, int query) {
        return causal ? run.keyCount() - run.queryCount() + query : run.keyCount() - 1;
    }
}
