package org.bitrank.kernels;

/**
 * One run of consecutive queries and the keys they may see.
 *
 * <p>The keys are the rows {@code spanStart[i] .. spanStart[i] + spanLength[i] - 1} of the key and value tensors, joined
 * in order; the index in that join is the key's position. The last {@code queryCount} keys are the queries' own, so
 * query {@code i} sees keys {@code 0 .. keyCount() - queryCount + i}, or all of them where the attention is not causal. One description serves plain batches (one span),
 * generation with a cache (one span, few queries) and shared prefixes (a span for every ancestor): several runs may name
 * the same span.
 *
 * @param queryStart first row of the query tensor (and of the output)
 * @param queryCount number of queries
 * @param step the only run of a step of generation. It may be computed in the way that is fastest for one query and round
 *     otherwise than the rest, whose results depend neither on how sequences are cut into runs nor on the other runs
 */
public record AttentionRun(int queryStart, int queryCount, int[] spanStart, int[] spanLength, boolean step) {
    public AttentionRun {
        if (spanStart.length != spanLength.length || spanStart.length == 0) {
            throw new IllegalArgumentException("spans need a start and a length each, and at least one");
        }
    }

    public AttentionRun(int queryStart, int queryCount, int[] spanStart, int[] spanLength) {
        this(queryStart, queryCount, spanStart, spanLength, false);
    }

    /** A sequence whose keys are the rows of its own queries. */
    public static AttentionRun alone(int start, int count) {
        return new AttentionRun(start, count, new int[] {start}, new int[] {count});
    }

    public int keyCount() {
        int sum = 0;
        for (int length : spanLength) {
            sum += length;
        }
        return sum;
    }
}
