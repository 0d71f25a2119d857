package org.bitrank.engine.quantize.recipe;

import org.bitrank.engine.model.KeyValueScheme;

/**
 * How keys and values are rounded as they enter the cache.
 *
 * @param bits {@link #NONE} leaves them as they are
 * @param groupSize {@link #HEAD}: one scale a token and head
 */
public record KeyValueSettings(
        @Option(help = "Bits of one code; none leaves keys and values as they are.", defaultValue = "16", minimum = 2, maximum = 8, words = "none=16")
                int bits,
        @Option(
                        help = "Neighbouring elements of a key or value that share a scale; head: those of one head.",
                        defaultValue = "head",
                        minimum = 1,
                        maximum = 1048576,
                        words = "head=0")
                int groupSize,
        @Option(help = "Let zero be the middle code instead of finding a zero point.", defaultValue = "false") boolean symmetric,
        @Option(help = "Share of the range that codes cover.", defaultValue = "1", minimum = 0.1, maximum = 1) double clipRatio) {
    /** The bits that leave keys and values as they are. */
    public static final int NONE = 16;

    /** The group size of a head. */
    public static final int HEAD = 0;

    boolean present() {
        return bits != NONE;
    }

    public KeyValueScheme scheme() {
        return new KeyValueScheme(bits, groupSize, symmetric, clipRatio);
    }

    /** For a table's cell: {@code KV4}. */
    String label() {
        return "KV" + bits + (groupSize == HEAD ? "" : " g" + groupSize);
    }
}
