package org.bitrank.engine.model;

import java.util.stream.IntStream;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** What is done to a layer's input before the product: a norm of the layer's own, an online transform, then rounding to what the activations have. */
final class InputTreatment implements AutoCloseable {
    private final Workspace workspace;
    /** Null where the layer has no norm. */
    private final Tensor gain;
    private final float epsilon;
    private final RowTransform transform;
    private final RowGrid grid;
    private final Tensor levels;
    private final Tensor scales;
    private final Tensor zeros;

    private InputTreatment(Workspace workspace, InputNorm norm, RowTransform transform, ActivationScheme scheme) {
        this.workspace = workspace;
        this.gain = norm == null ? null : upload(norm.gain());
        this.epsilon = norm == null ? 0 : norm.epsilon();
        this.transform = transform;
        this.grid = scheme == null ? null : grid(scheme);
        this.levels = scheme == null || scheme.type() == ActivationScheme.Type.INT ? null : levels(scheme, workspace.backend());
        boolean fixed = scheme != null && !scheme.dynamic();
        this.scales = fixed ? upload(scheme.scales()) : null;
        this.zeros = fixed && !symmetric(scheme) ? upload(scheme.zeros()) : null;
    }

    /**
     * @param norm before anything else, or null
     * @param transform in front of the rounding, or null
     * @param scheme of the rounding, or null
     * @return null where nothing is done
     */
    static InputTreatment of(Workspace workspace, String linear, int inputs, InputNorm norm, HadamardTransform transform, ActivationScheme scheme) {
        if (norm != null && norm.gain().length != inputs) {
            throw BitRankException.badInput("%s: its norm has %d numbers for %d inputs; is the checkpoint complete?"
                    .formatted(linear, norm.gain().length, inputs));
        }
        if (scheme != null) {
            check(linear, inputs, scheme);
        }
        return norm == null && transform == null && scheme == null
                ? null
                : new InputTreatment(workspace, norm, transform == null ? null : new RowTransform(transform, workspace.backend()), scheme);
    }

    private static void check(String linear, int inputs, ActivationScheme scheme) {
        boolean perRow = scheme.granularity() == ActivationScheme.Granularity.TOKEN || scheme.granularity() == ActivationScheme.Granularity.GROUP;
        if (scheme.dynamic() && !perRow) {
            throw BitRankException.unsupported(linear + ": dynamic scales for a whole tensor or channel would make a token's result depend"
                    + " on its batch; per token and per group are supported");
        }
        if (!scheme.dynamic()) {
            int count = scheme.scales() == null ? 0 : scheme.scales().length;
            if (count != 1 && count != inputs) {
                throw BitRankException.badInput("%s: %d input scales are stored for %d inputs; is the checkpoint complete?"
                        .formatted(linear, count, inputs));
            }
            if (!symmetric(scheme) && (scheme.zeros() == null || scheme.zeros().length != count)) {
                throw BitRankException.badInput(linear + ": the inputs have scales but no zero points; is the checkpoint complete?");
            }
        }
    }

    /** Only integers have zero points. */
    private static boolean symmetric(ActivationScheme scheme) {
        return scheme.symmetric() || scheme.type() != ActivationScheme.Type.INT;
    }

    private static RowGrid grid(ActivationScheme scheme) {
        float outlier = scheme.outlierThreshold() == 0 ? Float.POSITIVE_INFINITY : (float) scheme.outlierThreshold();
        float global = scheme.dynamic() && scheme.scales() != null ? scheme.scales()[0] : 0;
        return new RowGrid(scheme.bits(), symmetric(scheme), scheme.granularity() == ActivationScheme.Granularity.GROUP ? scheme.groupSize() : 0,
                (float) scheme.clipRatio(), outlier, global);
    }

    /** The table that {@link Backend#fakeQuantize} takes. */
    static Tensor levels(ActivationScheme scheme, Backend backend) {
        float[] values = scheme.levels();
        float[] bounds = scheme.bounds();
        var table = new float[2 * values.length];
        System.arraycopy(bounds, 0, table, 0, values.length);
        System.arraycopy(values, 0, table, values.length, values.length);
        return backend.upload(table, new Shape(2, values.length));
    }

    private Tensor upload(float[] values) {
        return workspace.backend().upload(values, Shape.vector(values.length));
    }

    /** The input as the weight wants it, before it is rounded; the same tensor where there is neither norm nor transform. */
    Tensor transform(Tensor x) {
        if (gain == null && transform == null) {
            return x;
        }
        Tensor target = workspace.treated((int) x.rows(), (int) x.columns());
        if (gain == null) {
            workspace.backend().gatherRows(x, IntStream.range(0, (int) x.rows()).toArray(), target);
        } else {
            workspace.backend().rmsNorm(x, gain, epsilon, target);
        }
        if (transform != null) {
            transform.apply(target);
        }
        return target;
    }

    /** What the product reads. @param x from {@link #transform} */
    Tensor round(Tensor x) {
        if (grid == null) {
            return x;
        }
        Tensor target = workspace.treated((int) x.rows(), (int) x.columns());
        workspace.backend().fakeQuantize(x, grid, levels, scales, zeros, target);
        return target;
    }

    @Override
    public void close() {
        Resources.close(transform, gain, levels, scales, zeros);
    }
}
