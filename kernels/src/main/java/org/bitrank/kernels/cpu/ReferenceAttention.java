package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.HostTensor.get;
import static org.bitrank.kernels.cpu.HostTensor.set;

import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Tensor;

/** Attention as its definition reads: all scores of a query and a head, their softmax, the weighted sum of values. */
record ReferenceAttention(Tensor q, Tensor k, Tensor v, AttentionShape shape, Tensor y) {
    void attend(AttentionRun[] runs) {
        for (AttentionRun run : runs) {
            int[] keyRows = keyRows(run);
            for (int i = 0; i < run.queryCount(); i++) {
                int last = shape.lastKey(run, i);
                int first = shape.window() == 0 ? 0 : Math.max(0, last - shape.window() + 1);
                for (int head = 0; head < shape.heads(); head++) {
                    attend(head, run.queryStart() + i, keyRows, first, last);
                }
            }
        }
    }

    private void attend(int head, int query, int[] keyRows, int first, int last) {
        int size = shape.headSize();
        long queryAt = query * q.columns() + (long) head * size;
        long keyAt = (long) (head / (shape.heads() / shape.keyHeads())) * size;
        double[] weights = new double[last - first + 1];
        double max = Double.NEGATIVE_INFINITY;
        for (int j = first; j <= last; j++) {
            double score = 0;
            for (int i = 0; i < size; i++) {
                score += (double) get(q, queryAt + i) * get(k, keyRows[j] * k.columns() + keyAt + i);
            }
            weights[j - first] = score * shape.scale() - (double) shape.slope(head) * (last - j);
            max = Math.max(max, weights[j - first]);
        }
        double total = 0;
        for (int j = 0; j < weights.length; j++) {
            weights[j] = Math.exp(weights[j] - max);
            total += weights[j];
        }
        for (int i = 0; i < size; i++) {
            double sum = 0;
            for (int j = first; j <= last; j++) {
                sum += weights[j - first] * get(v, keyRows[j] * v.columns() + keyAt + i);
            }
            set(y, queryAt + i, (float) (sum / total));
        }
    }

    private static int[] keyRows(AttentionRun run) {
        int[] rows = new int[run.keyCount()];
        int n = 0;
        for (int span = 0; span < run.spanStart().length; span++) {
            for (int i = 0; i < run.spanLength()[span]; i++) {
                rows[n++] = run.spanStart()[span] + i;
            }
        }
        return rows;
    }
}
