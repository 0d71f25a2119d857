package org.bitrank.engine.model;

import java.util.stream.IntStream;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Keys and values of one growing sequence, for all layers: float32, {@code capacity} tokens. */
public final class KeyValueCache implements KeyValues, AutoCloseable {
    private final Backend backend;
    private final Tensor[] keys;
    private final Tensor[] values;
    private final int capacity;

    public KeyValueCache(ModelConfig config, Backend backend, int capacity) {
        this.backend = backend;
        this.capacity = capacity;
        keys = new Tensor[config.layers()];
        values = new Tensor[config.layers()];
        var shape = new Shape(capacity, config.keyWidth());
        try {
            for (int layer = 0; layer < keys.length; layer++) {
                keys[layer] = backend.allocate(DType.FLOAT32, shape);
                values[layer] = backend.allocate(DType.FLOAT32, shape);
            }
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    public int capacity() {
        return capacity;
    }

    Tensor of(int layer, Kind kind) {
        return kind == Kind.KEY ? keys[layer] : values[layer];
    }

    /** Adds the batch's rows to the cache; its runs speak of the whole cache. */
    @Override
    public Tensor join(int layer, TokenBatch batch, Tensor all, Kind kind) {
        backend.scatterRows(all, batch.slots(), of(layer, kind));
        return of(layer, kind);
    }

    /** Takes over the first {@code count} tokens of another. */
    void copy(KeyValueCache other, int count) {
        if (count == 0) {
            return;
        }
        int[] rows = IntStream.range(0, count).toArray();
        for (int layer = 0; layer < keys.length; layer++) {
            backend.gatherRows(other.keys[layer], rows, keys[layer].rows(0, count));
            backend.gatherRows(other.values[layer], rows, values[layer].rows(0, count));
        }
    }

    @Override
    public void close() {
        Resources.close(Resources.all(keys), Resources.all(values));
    }
}
