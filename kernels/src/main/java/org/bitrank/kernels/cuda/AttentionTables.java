package org.bitrank.kernels.cuda;

import org.bitrank.kernels.AttentionRun;

/**
 * {@link AttentionRun}s as the attention kernel reads them.
 *
 * @param queries rows of the queries, one block each
 * @param runOfQuery the run that each belongs to
 * @param runs five numbers a run: query start, query count, key count, first span, number of spans
 * @param spans start and length in turn
 * @param slopes the bits of a float for each head; empty where there are none
 */
record AttentionTables(int[] queries, int[] runOfQuery, int[] runs, int[] spans, int[] slopes) {
    /** @param slopes null for none */
    static AttentionTables of(AttentionRun[] source, float[] slopes) {
        int queryCount = 0;
        int spanCount = 0;
        for (AttentionRun run : source) {
            queryCount += run.queryCount();
            spanCount += run.spanStart().length;
        }
        var tables = new AttentionTables(
                new int[queryCount], new int[queryCount], new int[5 * source.length], new int[2 * spanCount],
                new int[slopes == null ? 0 : slopes.length]);
        for (int head = 0; head < tables.slopes.length; head++) {
            tables.slopes[head] = Float.floatToRawIntBits(slopes[head]);
        }
        int query = 0;
        int span = 0;
        for (int r = 0; r < source.length; r++) {
            AttentionRun run = source[r];
            int[] header = {run.queryStart(), run.queryCount(), run.keyCount(), span, run.spanStart().length};
            System.arraycopy(header, 0, tables.runs, 5 * r, 5);
            for (int i = 0; i < run.spanStart().length; i++, span++) {
                tables.spans[2 * span] = run.spanStart()[i];
                tables.spans[2 * span + 1] = run.spanLength()[i];
            }
            for (int i = 0; i < run.queryCount(); i++, query++) {
                tables.queries[query] = run.queryStart() + i;
                tables.runOfQuery[query] = r;
            }
        }
        return tables;
    }

    /** All tables one after the other, for one transfer: queries, runOfQuery, runs, spans, slopes. */
    int[] joined() {
        var all = new int[queries.length + runOfQuery.length + runs.length + spans.length + slopes.length];
        int at = 0;
        for (int[] part : new int[][] {queries, runOfQuery, runs, spans, slopes}) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }
}
