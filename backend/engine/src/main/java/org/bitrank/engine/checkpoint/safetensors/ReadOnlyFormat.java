package org.bitrank.engine.checkpoint.safetensors;

import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;

/**
 * A format of other tools that is read and not written.
 *
 * @param name as {@link Checkpoint#format()} tells it
 */
public record ReadOnlyFormat(String name, String description) implements SafetensorsFormat {
    public static final ReadOnlyFormat TORCHAO = new ReadOnlyFormat(
            "torchao", "torchao through transformers: int1 to int8 in a byte each, float8; read only.");
    public static final ReadOnlyFormat AUTO_ROUND = new ReadOnlyFormat(
            "auto-round", "auto-round, which stores GPTQ's or AWQ's tensors; read only, write gptq or awq.");

    @Override
    public List<WritableLayout> layouts() {
        return List.of();
    }

    @Override
    public MatrixWriter writer() {
        throw new IllegalStateException(name + " is not written");
    }
}
