package org.bitrank.kernels.cpu;

import static org.bitrank.kernels.cpu.VectorMath.LANES;
import static org.bitrank.kernels.cpu.VectorMath.first;
import static org.bitrank.kernels.cpu.VectorMath.load;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import org.bitrank.kernels.Distributions;

/**
 * The language-model head, fused with the log-softmax. A tile of logits (rows by one panel of the vocabulary) is reduced
 * as soon as it is there; what is kept are a few numbers for every row and panel, joined at the end in the order of
 * the panels, so that neither threads nor batches change the result.
 */
final class Head implements AutoCloseable {
    /** Rows that one task takes past a panel. */
    private static final int ROWS = 64;

    /** Rows scored at once; bounds the numbers kept. */
    private static final int ROWS_AT_ONCE = 1024;

    /** What is known of a row and a panel: the largest logit, its index, and the sum of exp(logit - largest). */
    private record Partials(float[] max, int[] argmax, float[] sum, int panels) {
        static Partials of(int rows, int panels) {
            return new Partials(new float[rows * panels], new int[rows * panels], new float[rows * panels], panels);
        }

        void reduce(int row, int panel, long logits, int width, int firstOutput) {
            int at = row * panels + panel;
            max[at] = largest(logits, width);
            argmax[at] = firstOutput + indexOf(logits, width, max[at]);
            sum[at] = sumOfExponentials(logits, width, max[at]);
        }

        int argmax(int row) {
            int best = row * panels;
            for (int at = best + 1; at < (row + 1) * panels; at++) {
                if (max[at] > max[best]) {
                    best = at;
                }
            }
            return argmax[best];
        }

        double logSumExp(int row) {
            double largest = Double.NEGATIVE_INFINITY;
            for (int at = row * panels; at < (row + 1) * panels; at++) {
                largest = Math.max(largest, max[at]);
            }
            double total = 0;
            for (int at = row * panels; at < (row + 1) * panels; at++) {
                total += sum[at] * Math.exp(max[at] - largest);
            }
            return largest + Math.log(total);
        }
    }

    private final Workers workers;
    private final Products products;
    private final Products baseProducts;
    private final Scratch logits;
    private final Scratch baseLogits;

    Head(Workers workers, Products products, Products baseProducts) {
        this.workers = workers;
        this.products = products;
        this.baseProducts = baseProducts;
        logits = new Scratch(workers.count());
        baseLogits = new Scratch(workers.count());
    }

    void targetLogProbs(long hidden, PanelMatrix head, int[] targets, float[] logProbs, int[] argmax) {
        for (int start = 0; start < targets.length; start += ROWS_AT_ONCE) {
            score(hidden + (long) start * head.inputs() * 4, head, targets, start,
                    Math.min(ROWS_AT_ONCE, targets.length - start), logProbs, argmax);
        }
    }

    private void score(long hidden, PanelMatrix head, int[] targets, int start, int rows, float[] logProbs, int[] argmax) {
        long source = products.operand(hidden, rows, head.inputs());
        Partials partials = Partials.of(rows, head.panels());
        float[] targetLogits = new float[rows];
        forEachTile(rows, head, (panel, first, count, worker) -> {
            long tile = logits.address(worker, (long) ROWS * head.width(0) * 4);
            int width = head.width(panel);
            products.multiplyPanel(worker, products.row(source, first, head), count, head, panel, tile, width);
            for (int i = 0; i < count; i++) {
                long row = tile + (long) i * width * 4;
                partials.reduce(first + i, panel, row, width, head.firstOutput(panel));
                pickTarget(targets[start + first + i], head, panel, row, targetLogits, first + i);
            }
        });
        for (int row = 0; row < rows; row++) {
            logProbs[start + row] = (float) (targetLogits[row] - partials.logSumExp(row));
            argmax[start + row] = partials.argmax(row);
        }
    }

    void compareDistributions(long baseHidden, PanelMatrix baseHead, long hidden, PanelMatrix head, int[] targets, Distributions out) {
        for (int start = 0; start < targets.length; start += ROWS_AT_ONCE) {
            compare(baseHidden + (long) start * baseHead.inputs() * 4, baseHead,
                    hidden + (long) start * head.inputs() * 4, head, targets, start,
                    Math.min(ROWS_AT_ONCE, targets.length - start), out);
        }
    }

    private void compare(long baseHidden, PanelMatrix baseHead, long hidden, PanelMatrix head, int[] targets, int start, int rows,
            Distributions out) {
        long source = products.operand(hidden, rows, head.inputs());
        long baseSource = baseProducts.operand(baseHidden, rows, baseHead.inputs());
        Partials partials = Partials.of(rows, head.panels());
        Partials basePartials = Partials.of(rows, head.panels());
        // For each row and panel, sum of exp(base - largest base) * (base - model).
        float[] excess = new float[rows * head.panels()];
        float[] targetLogits = new float[rows];
        float[] baseTargetLogits = new float[rows];
        TopTokens top = new TopTokens(rows);
        TopTokens baseTop = new TopTokens(rows);
        forEachTile(rows, head, (panel, first, count, worker) -> {
            int width = head.width(panel);
            long tile = logits.address(worker, (long) ROWS * head.width(0) * 4);
            long baseTile = baseLogits.address(worker, (long) ROWS * head.width(0) * 4);
            products.multiplyPanel(worker, products.row(source, first, head), count, head, panel, tile, width);
            baseProducts.multiplyPanel(
                    worker, baseProducts.row(baseSource, first, baseHead), count, baseHead, panel, baseTile, width);
            for (int i = 0; i < count; i++) {
                long row = tile + (long) i * width * 4;
                long baseRow = baseTile + (long) i * width * 4;
                int at = (first + i) * head.panels() + panel;
                partials.reduce(first + i, panel, row, width, head.firstOutput(panel));
                basePartials.reduce(first + i, panel, baseRow, width, head.firstOutput(panel));
                excess[at] = weightedDifference(baseRow, row, width, basePartials.max[at]);
                pickTarget(targets[start + first + i], head, panel, row, targetLogits, first + i);
                pickTarget(targets[start + first + i], head, panel, baseRow, baseTargetLogits, first + i);
                top.offer(first + i, row, width, head.firstOutput(panel), partials.max[at]);
                baseTop.offer(first + i, baseRow, width, head.firstOutput(panel), basePartials.max[at]);
            }
        });
        for (int row = 0; row < rows; row++) {
            double total = partials.logSumExp(row);
            double baseTotal = basePartials.logSumExp(row);
            out.logProbs()[start + row] = (float) (targetLogits[row] - total);
            out.baseLogProbs()[start + row] = (float) (baseTargetLogits[row] - baseTotal);
            out.argmax()[start + row] = partials.argmax(row);
            out.baseArgmax()[start + row] = basePartials.argmax(row);
            out.topShared()[start + row] = top.shared(row, baseTop);
            double expected = 0;
            for (int at = row * head.panels(); at < (row + 1) * head.panels(); at++) {
                expected += excess[at] * Math.exp(basePartials.max[at] - baseTotal);
            }
            out.divergence()[start + row] = (float) Math.max(0, expected - baseTotal + total);
        }
    }

    private interface TileWork {
        void run(int panel, int firstRow, int rows, int worker);
    }

    private void forEachTile(int rows, PanelMatrix head, TileWork work) {
        int blocks = (rows + ROWS - 1) / ROWS;
        workers.run(head.panels() * blocks, (task, worker) -> {
            int first = task % blocks * ROWS;
            work.run(task / blocks, first, Math.min(ROWS, rows - first), worker);
        });
    }

    private static void pickTarget(int target, PanelMatrix head, int panel, long logits, float[] targetLogits, int row) {
        int index = target - head.firstOutput(panel);
        if (index >= 0 && index < head.width(panel)) {
            targetLogits[row] = VectorMath.get(logits + index * 4L);
        }
    }

    private static float largest(long logits, int width) {
        FloatVector max = FloatVector.broadcast(VectorMath.FLOATS, Float.NEGATIVE_INFINITY);
        int i = 0;
        for (; i <= width - LANES; i += LANES) {
            max = max.max(load(logits + i * 4L));
        }
        float result = max.reduceLanes(VectorOperators.MAX);
        for (; i < width; i++) {
            result = Math.max(result, VectorMath.get(logits + i * 4L));
        }
        return result;
    }

    private static int indexOf(long logits, int width, float value) {
        int i = 0;
        for (; i <= width - LANES; i += LANES) {
            VectorMask<Float> equal = load(logits + i * 4L).compare(VectorOperators.EQ, value);
            if (equal.anyTrue()) {
                return i + equal.firstTrue();
            }
        }
        while (i < width - 1 && VectorMath.get(logits + i * 4L) != value) {
            i++;
        }
        return Math.min(i, width - 1);
    }

    private static float sumOfExponentials(long logits, int width, float max) {
        FloatVector sum = FloatVector.zero(VectorMath.FLOATS);
        int i = 0;
        for (; i <= width - LANES; i += LANES) {
            sum = sum.add(VectorMath.exp(load(logits + i * 4L).sub(max)));
        }
        if (i < width) {
            VectorMask<Float> rest = first(width - i);
            sum = sum.add(VectorMath.exp(load(logits + i * 4L, rest).sub(max)), rest);
        }
        return VectorMath.sum(sum);
    }

    private static float weightedDifference(long base, long model, int width, float max) {
        FloatVector sum = FloatVector.zero(VectorMath.FLOATS);
        int i = 0;
        for (; i <= width - LANES; i += LANES) {
            FloatVector b = load(base + i * 4L);
            sum = VectorMath.exp(b.sub(max)).fma(b.sub(load(model + i * 4L)), sum);
        }
        if (i < width) {
            VectorMask<Float> rest = first(width - i);
            FloatVector b = load(base + i * 4L, rest);
            FloatVector term = VectorMath.exp(b.sub(max)).mul(b.sub(load(model + i * 4L, rest)));
            sum = sum.add(term, rest);
        }
        return VectorMath.sum(sum);
    }

    @Override
    public void close() {
        logits.close();
        baseLogits.close();
    }
}
