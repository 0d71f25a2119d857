package org.bitrank.engine.model;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.RowGrid;
import org.bitrank.kernels.Tensor;

/**
 * What is done to queries, keys and values before they meet, in place: the same whether the keys and values come from a cache
 * or from the batch, so that both give the same numbers.
 */
final class KeyValueTreatment implements AutoCloseable {
    private final Backend backend;
    private final RowTransform transform;
    private final RowGrid grid;

    private KeyValueTreatment(Backend backend, RowTransform transform, RowGrid grid) {
        this.backend = backend;
        this.transform = transform;
        this.grid = grid;
    }

    /** Null where nothing is done. */
    static KeyValueTreatment of(OnlineSteps steps, int headSize, Backend backend) {
        if (steps.queriesAndKeys() == null && steps.keyValues() == null) {
            return null;
        }
        KeyValueScheme scheme = steps.keyValues();
        RowGrid grid = scheme == null
                ? null
                : new RowGrid(scheme.bits(), scheme.symmetric(), scheme.groupSize() == 0 ? headSize : scheme.groupSize(),
                        (float) scheme.clipRatio(), Float.POSITIVE_INFINITY, 0);
        return new KeyValueTreatment(
                backend, steps.queriesAndKeys() == null ? null : new RowTransform(steps.queriesAndKeys(), backend), grid);
    }

    /** Behind the rotary embedding. */
    void apply(Tensor queries, Tensor keys, Tensor values) {
        if (transform != null) {
            transform.apply(queries);
            transform.apply(keys);
        }
        if (grid != null) {
            backend.fakeQuantize(keys, grid, null, null, null, keys);
            backend.fakeQuantize(values, grid, null, null, null, values);
        }
    }

    @Override
    public void close() {
        Resources.close(transform);
    }
}
