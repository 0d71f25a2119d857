package org.bitrank.kernels.cuda;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.bitrank.kernels.Distributions;

/** The language-model head: logits of some rows at a time, of which only a few numbers a row go back to the host. */
final class CudaHead implements AutoCloseable {
    /** Rows of logits held at a time: with a vocabulary of 128 k that is 128 MiB. */
    private static final int LOGIT_ROWS = 256;

    private final CudaDevice device;
    private final CudaKernels kernels;
    private final CudaProducts products;
    private final Indices indices;
    private final Scratch logits;
    private final Scratch baseLogits;
    private final Scratch results;

    CudaHead(CudaDevice device, CudaKernels kernels, CudaProducts products, Indices indices) {
        this.device = device;
        this.kernels = kernels;
        this.products = products;
        this.indices = indices;
        logits = new Scratch(device);
        baseLogits = new Scratch(device);
        results = new Scratch(device);
    }

    void targetLogProbs(long hidden, CudaPackedMatrix head, int[] targets, float[] logProbs, int[] argmax) {
        for (int from = 0; from < targets.length; from += LOGIT_ROWS) {
            int rows = Math.min(LOGIT_ROWS, targets.length - from);
            long scores = logitsOf(hidden, head, from, rows, logits);
            var out = results.atLeast(8L * rows);
            kernels.launch("target_log_probs", rows, 1, 0, scores, head.outputs(), indices.onDevice(slice(targets, from, rows)),
                    out.address(), out.address() + 4L * rows);
            copyFloats(out, 0, logProbs, from, rows);
            copyInts(out, 1, argmax, from, rows);
        }
    }

    void compareDistributions(long baseHidden, CudaPackedMatrix baseHead, long hidden, CudaPackedMatrix head, int[] targets,
            Distributions out) {
        for (int from = 0; from < targets.length; from += LOGIT_ROWS) {
            int rows = Math.min(LOGIT_ROWS, targets.length - from);
            long baseScores = logitsOf(baseHidden, baseHead, from, rows, baseLogits);
            long scores = logitsOf(hidden, head, from, rows, logits);
            var memory = results.atLeast(24L * rows);
            long at = memory.address();
            long step = 4L * rows;
            kernels.launch("compare_distributions", rows, 1, 0, baseScores, scores, head.outputs(),
                    indices.onDevice(slice(targets, from, rows)), at, at + step, at + 2 * step, at + 3 * step, at + 4 * step, at + 5 * step);
            copyFloats(memory, 0, out.logProbs(), from, rows);
            copyInts(memory, 1, out.argmax(), from, rows);
            copyFloats(memory, 2, out.baseLogProbs(), from, rows);
            copyInts(memory, 3, out.baseArgmax(), from, rows);
            copyFloats(memory, 4, out.divergence(), from, rows);
            copyInts(memory, 5, out.topShared(), from, rows);
        }
    }

    private long logitsOf(long hidden, CudaPackedMatrix head, int from, int rows, Scratch target) {
        long scores = target.atLeast(4L * rows * head.outputs()).address();
        products.multiply(hidden + 4L * from * head.inputs(), rows, head, scores);
        return scores;
    }

    private void copyFloats(CudaDevice.Memory memory, int part, float[] target, int from, int rows) {
        device.toHost(memory, 4L * part * rows, MemorySegment.ofArray(target).asSlice(4L * from, 4L * rows));
    }

    private void copyInts(CudaDevice.Memory memory, int part, int[] target, int from, int rows) {
        device.toHost(memory, 4L * part * rows, MemorySegment.ofArray(target).asSlice(4L * from, 4L * rows));
    }

    private static int[] slice(int[] values, int from, int count) {
        return Arrays.copyOfRange(values, from, from + count);
    }

    @Override
    public void close() {
        logits.close();
        baseLogits.close();
        results.close();
    }
}
