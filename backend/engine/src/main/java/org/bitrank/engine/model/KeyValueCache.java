package org.bitrank.engine.model;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Keys and values of one growing sequence, for all layers: float32, {@code capacity} tokens. */
public final class KeyValueCache implements AutoCloseable {
    private final Tensor[] keys;
    private final Tensor[] values;
    private final int capacity;

    public KeyValueCache(ModelConfig config, Backend backend, int capacity) {
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

    Tensor keys(int layer) {
        return keys[layer];
    }

    Tensor values(int layer) {
        return values[layer];
    }

    @Override
    public void close() {
        Resources.close(keys);
        Resources.close(values);
    }
}
