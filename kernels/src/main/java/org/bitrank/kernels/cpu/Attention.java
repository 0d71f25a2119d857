package org.bitrank.kernels.cpu;

import org.bitrank.kernels.AttentionRun;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.ComputeType;

/** Chooses how runs are computed and shares the work of all runs out to the threads. */
final class Attention implements AutoCloseable {
    private static final int ROWS_PER_TASK = 64;

    private final Workers workers;
    private final DirectAttention direct;
    private final TiledAttention tiled;
    private final Scratch narrowed = new Scratch(2);
    private final boolean narrows;

    Attention(Workers workers, Product.Cache cache, ComputeType computeType) {
        this.workers = workers;
        direct = new DirectAttention(workers.count());
        tiled = new TiledAttention(workers, cache, computeType);
        narrows = computeType != ComputeType.FLOAT32;
    }

    void attend(AttentionOperands operands, AttentionRun[] runs) {
        AttentionShape shape = operands.shape();
        if (runs.length == 1 && runs[0].step()) {
            workers.run(runs[0].queryCount() * shape.heads(), (task, worker) ->
                    direct.attend(worker, operands, runs[0], task / shape.heads(), task % shape.heads()));
            return;
        }
        // Tasks of run i are numbered from firstTask[i].
        int[] firstTask = new int[runs.length + 1];
        int firstSlot = Integer.MAX_VALUE;
        int endSlot = 0;
        for (int i = 0; i < runs.length; i++) {
            AttentionRun run = runs[i];
            firstTask[i + 1] = firstTask[i] + TiledAttention.tiles(run, shape);
            for (int span = 0; span < run.spanStart().length; span++) {
                firstSlot = Math.min(firstSlot, run.spanStart()[span]);
                endSlot = Math.max(endSlot, run.spanStart()[span] + run.spanLength()[span]);
            }
        }
        if (firstTask[runs.length] == 0) {
            return;
        }
        TiledAttention.Operands narrow = operands(operands, firstSlot, endSlot);
        tiled.prepare(narrow, runs);
        workers.run(firstTask[runs.length], (task, worker) -> {
            int i = runOf(task, firstTask);
            tiled.attend(worker, narrow, runs[i], task - firstTask[i]);
        });
    }

    private static int runOf(int task, int[] firstTask) {
        int at = java.util.Arrays.binarySearch(firstTask, task);
        if (at < 0) {
            return -at - 2;
        }
        // Empty runs begin where the next one does.
        while (firstTask[at + 1] == task) {
            at++;
        }
        return at;
    }

    /** Keys and values of the slots in use, rounded to the compute type. */
    private TiledAttention.Operands operands(AttentionOperands operands, int firstSlot, int endSlot) {
        AttentionShape shape = operands.shape();
        if (!narrows) {
            return new TiledAttention.Operands(shape, operands.q(), operands.k(), operands.v(), operands.y());
        }
        long width = (long) shape.keyHeads() * shape.headSize();
        int slots = endSlot - firstSlot;
        long keys = narrowed.address(0, slots * width * 2);
        long values = narrowed.address(1, slots * width * 2);
        int tasks = (slots + ROWS_PER_TASK - 1) / ROWS_PER_TASK;
        workers.run(2 * tasks, (task, worker) -> {
            long first = (long) (task % tasks) * ROWS_PER_TASK;
            long count = Math.min(ROWS_PER_TASK, slots - first) * width;
            long from = (task < tasks ? operands.k() : operands.v()) + (firstSlot + first) * width * 4;
            VectorMath.toBfloat16(from, (task < tasks ? keys : values) + first * width * 2, count);
        });
        long before = firstSlot * width * 2;
        return new TiledAttention.Operands(shape, operands.q(), keys - before, values - before, operands.y());
    }

    @Override
    public void close() {
        direct.close();
        tiled.close();
        narrowed.close();
    }
}
