package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.first;
import static org.bitrank.kernels.cpu.VectorMath.load;
import static org.bitrank.kernels.cpu.VectorMath.store;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;

/**
 * Attention of one query at a time in float32, straight from the definition: for a step of generation, where packing all keys
 * for a matrix product would cost more than the product.
 */
final class DirectAttention implements AutoCloseable {
    private final Scratch scores;

    DirectAttention(int workers) {
        scores = new Scratch(workers);
    }

    /** One query of one head; {@code query} counts from the run's first. */
    void attend(int worker, AttentionOperands operands, AttentionRun run, int query, int head) {
        AttentionShape shape = operands.shape();
        int keys = run.keyCount();
        int last = shape.lastKey(run, query);
        int firstKey = shape.window() == 0 ? 0 : Math.max(0, last - shape.window() + 1);
        long weights = scores.address(worker, (keys + LANES) * 4L);
        long q = operands.query(run.queryStart() + query, head);
        long y = operands.output(run.queryStart() + query, head);
        int keyHead = head / (shape.heads() / shape.keyHeads());
        float max = score(operands, run, q, head, firstKey, last, weights);
        float total = softmax(weights, firstKey, last, max);
        mix(operands, run, weights, keyHead, firstKey, last, 1 / total, y);
    }

    private static float score(AttentionOperands operands, AttentionRun run, long q, int head, int firstKey, int last, long weights) {
        AttentionShape shape = operands.shape();
        int keyHead = head / (shape.heads() / shape.keyHeads());
        float slope = shape.slope(head);
        float max = Float.NEGATIVE_INFINITY;
        int position = 0;
        for (int span = 0; span < run.spanStart().length; span++) {
            int length = run.spanLength()[span];
            int from = Math.max(firstKey - position, 0);
            int to = Math.min(last + 1 - position, length);
            for (int i = from; i < to; i++) {
                float product = dot(q, operands.key(run.spanStart()[span] + i, keyHead), shape.headSize());
                float score = product * shape.scale() - slope * (last - position - i);
                VectorMath.set(weights + (position + i) * 4L, score);
                max = Math.max(max, score);
            }
            position += length;
        }
        return max;
    }

    private static float dot(long a, long b, int count) {
        FloatVector sum = FloatVector.zero(VectorMath.FLOATS);
        int i = 0;
        for (; i <= count - LANES; i += LANES) {
            sum = load(a + i * 4L).fma(load(b + i * 4L), sum);
        }
        if (i < count) {
            VectorMask<Float> rest = first(count - i);
            sum = load(a + i * 4L, rest).fma(load(b + i * 4L, rest), sum);
        }
        return VectorMath.sum(sum);
    }

    private static float softmax(long weights, int firstKey, int last, float max) {
        FloatVector sum = FloatVector.zero(VectorMath.FLOATS);
        for (int j = firstKey; j <= last; j += LANES) {
            VectorMask<Float> mask = first(last + 1 - j);
            FloatVector weight = VectorMath.exp(load(weights + j * 4L, mask).sub(max));
            store(weight, weights + j * 4L, mask);
            sum = sum.add(weight, mask);
        }
        return VectorMath.sum(sum);
    }

    private static void mix(AttentionOperands operands, AttentionRun run, long weights, int keyHead, int firstKey, int last, float factor, long y) {
        int size = operands.shape().headSize();
        for (int i = 0; i < size; i += LANES) {
            VectorMask<Float> mask = first(size - i);
            FloatVector sum = FloatVector.zero(VectorMath.FLOATS);
            int position = 0;
            for (int span = 0; span < run.spanStart().length; span++) {
                int length = run.spanLength()[span];
                int to = Math.min(last + 1 - position, length);
                for (int j = Math.max(firstKey - position, 0); j < to; j++) {
                    float weight = VectorMath.get(weights + (position + j) * 4L);
                    long value = operands.value(run.spanStart()[span] + j, keyHead) + i * 4L;
                    sum = load(value, mask).fma(FloatVector.broadcast(VectorMath.FLOATS, weight), sum);
                }
                position += length;
            }
            store(sum.mul(factor), y + i * 4L, mask);
        }
    }

    @Override
    public void close() {
        scores.close();
    }
}
