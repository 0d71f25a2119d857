package org.bitrank.engine.model;

import java.util.HashMap;
import java.util.Map;
import org.bitrank.kernels.Backend;
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
        UP,
        /** A router's scores of the experts. */
        SCORES,
        /** Tokens on their way to experts, and what comes back. */
        SENT,
        MADE
    }

    private final Backend backend;
    private final RotaryTables rotary;
    private final GrowingBuffer[] buffers = new GrowingBuffer[Purpose.values().length];
    /** By width. */
    private final Map<Integer, GrowingBuffer> treated = new HashMap<>();
    private final OnlineSteps online;

    public Workspace(ModelConfig config, Backend backend) {
        this.backend = backend;
        this.online = config.online();
        this.rotary = config.rotary() == null ? null : new RotaryTables(config.rotary(), backend);
        for (int i = 0; i < buffers.length; i++) {
            buffers[i] = new GrowingBuffer(backend);
        }
    }

    public Backend backend() {
        return backend;
    }

    OnlineSteps online() {
        return online;
    }

    /** {@code [rows, columns]} for the treated input of the layer that runs, valid until the next layer of that width. */
    Tensor treated(int rows, int columns) {
        return treated.computeIfAbsent(columns, _ -> new GrowingBuffer(backend)).rows(rows, columns);
    }

    /** Only for families that turn queries and keys. */
    RotaryTables.Rotation rotation(TokenBatch batch) {
        return rotary.of(batch);
    }

    /** {@code [rows, columns]} of undefined content, valid until the same purpose is asked for again. */
    Tensor buffer(Purpose purpose, int rows, int columns) {
        return buffers[purpose.ordinal()].rows(rows, columns);
    }

    @Override
    public void close() {
        Resources.close(rotary, Resources.all(buffers), Resources.all(treated.values()));
    }
}
