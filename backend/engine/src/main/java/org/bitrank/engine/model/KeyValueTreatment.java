package org.bitrank.engine.model;

import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * What is done to queries, keys and values before they meet, in place: the same whether the keys and values come from a cache
 * or from the batch, so that both give the same numbers.
 */
final class KeyValueTreatment implements AutoCloseable {
    private static final ActivationScheme FLOAT8 =
            new ActivationScheme(ActivationScheme.Type.FLOAT, 8, ActivationScheme.Granularity.TENSOR, 0, true, false, null, null);

    private final Backend backend;
    private final RowTransform transform;
    private final RowGrid grid;
    /** Of float8 under stored scales; null with scales found for each token. */
    private final Tensor levels;
    private final Tensor keyScale;
    private final Tensor valueScale;

    private KeyValueTreatment(Backend backend, RowTransform transform, RowGrid grid, KeyValueScales stored) {
        this.backend = backend;
        this.transform = transform;
        this.grid = grid;
        this.levels = stored == null ? null : InputTreatment.levels(FLOAT8, backend);
        this.keyScale = stored == null ? null : backend.upload(new float[] {stored.key()}, Shape.vector(1));
        this.valueScale = stored == null ? null : backend.upload(new float[] {stored.value()}, Shape.vector(1));
    }

    /**
     * Null where nothing is done.
     *
     * @param stored the checkpoint's own scales for float8, which count where {@code steps} say nothing of keys and values; or null
     */
    static KeyValueTreatment of(OnlineSteps steps, KeyValueScales stored, int headSize, Backend backend) {
        KeyValueScheme scheme = steps.keyValues();
        if (steps.queriesAndKeys() == null && scheme == null && stored == null) {
            return null;
        }
        RowTransform transform = steps.queriesAndKeys() == null ? null : new RowTransform(steps.queriesAndKeys(), backend);
        if (scheme == null) {
            RowGrid grid = stored == null ? null : new RowGrid(FLOAT8.bits(), true, 0, 1, Float.POSITIVE_INFINITY, 0);
            return new KeyValueTreatment(backend, transform, grid, stored);
        }
        int group = scheme.groupSize() == 0 ? headSize : scheme.groupSize();
        var grid = new RowGrid(scheme.bits(), scheme.symmetric(), group, (float) scheme.clipRatio(), Float.POSITIVE_INFINITY, 0);
        return new KeyValueTreatment(backend, transform, grid, null);
    }

    /** Behind the rotary embedding. */
    void apply(Tensor queries, Tensor keys, Tensor values) {
        if (transform != null) {
            transform.apply(queries);
            transform.apply(keys);
        }
        if (grid != null) {
            backend.fakeQuantize(keys, grid, levels, keyScale, null, keys);
            backend.fakeQuantize(values, grid, levels, valueScale, null, values);
        }
    }

    @Override
    public void close() {
        Resources.close(transform, levels, keyScale, valueScale);
    }
}
