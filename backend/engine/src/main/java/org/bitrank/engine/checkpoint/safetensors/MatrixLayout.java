package org.bitrank.engine.checkpoint.safetensors;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.weights.Weight;

/**
 * How one quantized matrix lies in safetensors files: the tensors under its module's name. One class a layout; a line in
 * {@link MatrixLayouts} makes every checkpoint with such tensors readable.
 */
public interface MatrixLayout {
    /** The format that it belongs to, as {@link StorageFormats} and {@link Checkpoint#format()} name it. */
    String format();

    /** The name that marks a module as one of these, after the module's own: {@code qweight}. */
    String mark();

    /** All names that may belong to such a module, the mark among them. */
    List<String> parts();

    /**
     * Whether a module that has {@link #mark()} lies in this layout, by the names and types of its tensors. The
     * configuration may settle what these leave open. Tensors that are missing or of the wrong shape are not decided here:
     * {@link #info} and {@link #read} refuse them by name.
     */
    boolean holds(SafetensorsParts parts);

    /** Without reading codes. */
    TensorInfo info(SafetensorsParts parts);

    /** Codes as they are stored; numbers where the layout only leaves out zeros. */
    Weight read(SafetensorsParts parts);

    /** What had to be decided about the matrix that its file does not say outright; empty mostly. */
    default Optional<String> note(SafetensorsParts parts) {
        return Optional.empty();
    }
}
