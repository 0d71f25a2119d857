package org.bitrank.engine.model;

import java.util.HashMap;
import java.util.Map;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * The memory that blocks of one model compute in, reused from block to block and from batch to batch. It grows to the
 * largest batch seen.
 */
public final class Workspace implements AutoCloseable {
    /** What a buffer holds; buffers of unlike purpose never overlap. */
    enum Purpose {
        RESIDUAL,
        NORMED,
        RESULT,
        QUERY,
        KEY,
        VALUE,
        ATTENDED,
        GATE,
        UP
    }

    private final Backend backend;
    private final RotaryTables rotary;
    private final Tensor[] buffers = new Tensor[Purpose.values().length];
    /** By width. */
    private final Map<Integer, Tensor> treated = new HashMap<>();
    private final OnlineSteps online;

    public Workspace(ModelConfig config, Backend backend) {
        this.backend = backend;
        this.online = config.online();
        this.rotary = new RotaryTables(config, backend);
    }

    public Backend backend() {
        return backend;
    }

    OnlineSteps online() {
        return online;
    }

    /** {@code [rows, columns]} for the treated input of the layer that runs, valid until the next layer of that width. */
    Tensor treated(int rows, int columns) {
        Tensor buffer = treated.get(columns);
        if (buffer == null || buffer.rows() < rows) {
            Resources.close(buffer);
            treated.remove(columns);
            buffer = backend.allocate(DType.FLOAT32, new Shape(rows, columns));
            treated.put(columns, buffer);
        }
        return buffer.rows(0, rows);
    }

    RotaryTables.Rotation rotation(TokenBatch batch) {
        return rotary.of(batch);
    }

    /** {@code [rows, columns]} of undefined content, valid until the same purpose is asked for again. */
    Tensor buffer(Purpose purpose, int rows, int columns) {
        Tensor buffer = buffers[purpose.ordinal()];
        if (buffer == null || buffer.rows() < rows || buffer.columns() != columns) {
            Resources.close(buffer);
            buffers[purpose.ordinal()] = null;
            buffer = backend.allocate(DType.FLOAT32, new Shape(rows, columns));
            buffers[purpose.ordinal()] = buffer;
        }
        return buffer.rows(0, rows);
    }

    @Override
    public void close() {
        rotary.close();
        Resources.close(buffers);
        treated.values().forEach(Tensor::close);
    }
}
