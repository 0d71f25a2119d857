package org.bitrank.kernels;

/** The argument checks of {@link Backend}'s operations, the same for every back end. */
public final class Checks {
    private Checks() {}

    public static void require(boolean condition, String message, Object... arguments) {
        if (!condition) {
            throw new IllegalArgumentException(message.formatted(arguments));
        }
    }

    public static void float32(Tensor tensor, String name) {
        require(tensor.dtype() == DType.FLOAT32, "%s must be float32, not %s", name, tensor.dtype());
    }

    public static void shape(Tensor tensor, String name, long rows, long columns) {
        float32(tensor, name);
        require(tensor.rows() == rows && tensor.columns() == columns,
                "%s has shape %s, expected [%d, %d]", name, tensor.shape(), rows, columns);
    }

    public static void copyRows(Tensor source, Tensor target) {
        require(source.dtype() == target.dtype() && source.columns() == target.columns(),
                "rows of %s %s cannot be copied to %s %s",
                source.dtype(), source.shape(), target.dtype(), target.shape());
    }

    public static void indices(int[] indices, long count, long limit, String name) {
        require(indices.length == count, "%d %s for %d rows", indices.length, name, count);
        for (int index : indices) {
            require(index >= 0 && index < limit, "%s holds %d, outside 0 .. %d", name, index, limit - 1);
        }
    }

    public static void gatherRows(Tensor source, int[] sourceRows, Tensor target) {
        copyRows(source, target);
        indices(sourceRows, target.rows(), source.rows(), "sourceRows");
    }

    public static void scatterRows(Tensor source, int[] targetRows, Tensor target) {
        copyRows(source, target);
        indices(targetRows, source.rows(), target.rows(), "targetRows");
    }

    public static void weight(java.lang.foreign.MemorySegment weight, DType dtype, int outputs, int inputs) {
        require(outputs > 0 && inputs > 0, "a weight of [%d, %d]", outputs, inputs);
        require(dtype != DType.INT32, "weights are floating-point numbers");
        require(weight.byteSize() >= (long) outputs * inputs * dtype.bytes(),
                "%d bytes for a %s weight [%d, %d]", weight.byteSize(), dtype, outputs, inputs);
    }

    public static void matmul(Tensor x, PackedMatrix weight, Tensor bias, Tensor y) {
        shape(x, "x", y.rows(), weight.inputs());
        shape(y, "y", x.rows(), weight.outputs());
        if (bias != null) {
            shape(bias, "bias", 1, weight.outputs());
        }
    }

    public static void embed(int[] ids, Tensor table, Tensor y) {
        require(table.dtype() != DType.INT32, "an embedding table holds floating-point numbers");
        shape(y, "y", ids.length, table.columns());
        indices(ids, y.rows(), table.rows(), "ids");
    }

    public static void rmsNorm(Tensor x, Tensor gain, Tensor y) {
        float32(x, "x");
        shape(y, "y", x.rows(), x.columns());
        shape(gain, "gain", 1, gain.columns());
        require(gain.columns() > 0 && x.columns() % gain.columns() == 0,
                "%d columns are no multiple of the gain's %d", x.columns(), gain.columns());
    }

    public static void layerNorm(Tensor x, Tensor gain, Tensor bias, Tensor y) {
        rmsNorm(x, gain, y);
        if (bias != null) {
            shape(bias, "bias", 1, gain.columns());
        }
    }

    public static void mixRows(Tensor source, int[] rows, float[] weights, Tensor y) {
        float32(source, "source");
        shape(y, "y", y.rows(), source.columns());
        require(y.rows() == 0 || rows.length % y.rows() == 0, "%d rows for %d sums", rows.length, y.rows());
        require(weights.length == rows.length, "%d weights for %d rows", weights.length, rows.length);
        indices(rows, rows.length, source.rows(), "rows");
    }

    public static void rotate(Tensor x, int headSize, int[] positions, Tensor cos, Tensor sin) {
        float32(x, "x");
        float32(cos, "cos");
        shape(sin, "sin", cos.rows(), cos.columns());
        require(cos.columns() > 0 && headSize >= 2 * cos.columns(),
                "a head of %d elements has no %d pairs", headSize, cos.columns());
        require(x.columns() % headSize == 0, "%d columns are no multiple of the head size %d", x.columns(), headSize);
        indices(positions, x.rows(), cos.rows(), "positions");
    }

    public static void attention(Tensor q, Tensor k, Tensor v, AttentionShape shape, AttentionRun[] runs, Tensor y) {
        shape(q, "q", q.rows(), (long) shape.heads() * shape.headSize());
        shape(k, "k", k.rows(), (long) shape.keyHeads() * shape.headSize());
        shape(v, "v", k.rows(), k.columns());
        shape(y, "y", q.rows(), q.columns());
        for (AttentionRun run : runs) {
            require(run.queryStart() >= 0 && run.queryCount() >= 0
                            && (long) run.queryStart() + run.queryCount() <= q.rows(),
                    "a run of queries %d + %d of %d rows", run.queryStart(), run.queryCount(), q.rows());
            for (int i = 0; i < run.spanStart().length; i++) {
                require(run.spanStart()[i] >= 0 && run.spanLength()[i] >= 0
                                && (long) run.spanStart()[i] + run.spanLength()[i] <= k.rows(),
                        "a span of keys %d + %d of %d slots", run.spanStart()[i], run.spanLength()[i], k.rows());
            }
            require(run.keyCount() >= run.queryCount(),
                    "a run has %d queries but only %d keys", run.queryCount(), run.keyCount());
        }
    }

    public static void sameShape(Tensor x, Tensor y) {
        float32(x, "x");
        shape(y, "y", x.rows(), x.columns());
    }

    public static void fakeQuantize(Tensor x, RowGrid grid, Tensor levels, Tensor scales, Tensor zeros, Tensor y) {
        sameShape(x, y);
        if (levels != null) {
            shape(levels, "levels", 2, levels.columns());
            require(levels.columns() > 1 && grid.symmetric(), "%d levels on a grid %s", levels.columns(), grid);
        }
        require(grid.symmetric() || grid.global() == 0, "only scales of symmetric grids are stored in float8");
        if (scales != null) {
            shape(scales, "scales", 1, scales.columns());
            require(scales.columns() == 1 || scales.columns() == x.columns(), "%d scales for %d columns", scales.columns(), x.columns());
        }
        require((zeros != null) == (scales != null && !grid.symmetric()), "zero points belong to given scales of asymmetric grids");
        if (zeros != null) {
            shape(zeros, "zeros", 1, scales.columns());
        }
    }

    public static void hadamard(Tensor x, Tensor base, int order, int stride) {
        float32(x, "x");
        shape(base, "base", base.rows(), base.rows());
        int power = order / (int) base.rows();
        require(order > 0 && stride > 0 && order % base.rows() == 0 && Integer.bitCount(power) == 1,
                "no Hadamard matrix of order %d over a base of %d", order, base.rows());
        require(x.columns() % ((long) order * stride) == 0, "%d columns are no multiple of %d * %d", x.columns(), order, stride);
    }

    public static void targetLogProbs(Tensor hidden, PackedMatrix head, int[] targets, float[] logProbs, int[] argmax) {
        shape(hidden, "hidden", hidden.rows(), head.inputs());
        indices(targets, hidden.rows(), head.outputs(), "targets");
        require(logProbs.length >= targets.length && argmax.length >= targets.length,
                "%d and %d results for %d targets", logProbs.length, argmax.length, targets.length);
    }

    public static void compareDistributions(
            Tensor baseHidden, PackedMatrix baseHead, Tensor hidden, PackedMatrix head, int[] targets, Distributions out) {
        targetLogProbs(hidden, head, targets, out.logProbs(), out.argmax());
        targetLogProbs(baseHidden, baseHead, targets, out.baseLogProbs(), out.baseArgmax());
        require(baseHead.outputs() == head.outputs(),
                "vocabularies of %d and %d tokens cannot be compared", baseHead.outputs(), head.outputs());
        require(out.divergence().length >= targets.length && out.topShared().length >= targets.length,
                "%d divergences and %d shared tokens for %d targets", out.divergence().length, out.topShared().length, targets.length);
    }

    public static void gram(Tensor x, Tensor h) {
        float32(x, "x");
        shape(h, "h", x.columns(), x.columns());
    }

    public static void crossGram(Tensor a, Tensor b, Tensor h) {
        float32(a, "a");
        shape(b, "b", a.rows(), b.columns());
        shape(h, "h", a.columns(), b.columns());
    }

    public static void inverseCholesky(Tensor h) {
        shape(h, "h", h.rows(), h.rows());
    }
}
