package org.bitrank.engine.model;

import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
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
    /** Of float8 under stored scales; null for integers. */
    private final Tensor levels;
    /** Stored ones; null with scales found for each token. */
    private final Tensor keyScales;
    private final Tensor valueScales;

    private KeyValueTreatment(Backend backend, RowTransform transform, RowGrid grid, KeyValueScales stored, ModelConfig config) {
        this.backend = backend;
        this.transform = transform;
        this.grid = grid;
        this.levels = stored == null || stored.type() == ActivationScheme.Type.INT ? null : InputTreatment.levels(FLOAT8, backend);
        this.keyScales = stored == null ? null : upload(backend, stored.keys(), config);
        this.valueScales = stored == null ? null : upload(backend, stored.values(), config);
    }

    /** One for all columns, or one each: a head's columns have the head's. */
    private static Tensor upload(Backend backend, float[] scales, ModelConfig config) {
        if (scales.length == 1) {
            return backend.upload(scales, Shape.vector(1));
        }
        if (scales.length != config.keyHeads()) {
            throw BitRankException.badInput("%d scales are stored for keys or values of %d heads (kv_cache_scheme); is the checkpoint complete?"
                    .formatted(scales.length, config.keyHeads()));
        }
        var columns = new float[scales.length * config.headSize()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = scales[i / config.headSize()];
        }
        return backend.upload(columns, Shape.vector(columns.length));
    }

    /**
     * Null where nothing is done.
     *
     * @param stored the checkpoint's own scales, which count where {@code steps} say nothing of keys and values; or null
     */
    static KeyValueTreatment of(OnlineSteps steps, KeyValueScales stored, ModelConfig config, Backend backend) {
        KeyValueScheme scheme = steps.keyValues();
        if (steps.queriesAndKeys() == null && scheme == null && stored == null) {
            return null;
        }
        RowTransform transform = steps.queriesAndKeys() == null ? null : new RowTransform(steps.queriesAndKeys(), backend);
        if (scheme == null) {
            RowGrid grid = stored == null ? null : RowGrid.of(stored.bits(), true);
            return new KeyValueTreatment(backend, transform, grid, stored, config);
        }
        int group = scheme.groupSize() == 0 ? config.headSize() : scheme.groupSize();
        var grid = new RowGrid(scheme.bits(), scheme.symmetric(), group, (float) scheme.clipRatio(), Float.POSITIVE_INFINITY, 0);
        return new KeyValueTreatment(backend, transform, grid, null, config);
    }

    /** Behind the rotary embedding. */
    void apply(Tensor queries, Tensor keys, Tensor values) {
        if (transform != null) {
            transform.apply(queries);
            transform.apply(keys);
        }
        if (grid != null) {
            backend.fakeQuantize(keys, grid, levels, keyScales, null, keys);
            backend.fakeQuantize(values, grid, levels, valueScales, null, values);
        }
    }

    @Override
    public void close() {
        Resources.close(transform, levels, keyScales, valueScales);
    }
}
