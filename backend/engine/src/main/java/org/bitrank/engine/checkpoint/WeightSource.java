package org.bitrank.engine.checkpoint;

import java.util.Optional;
import java.util.SortedSet;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.InputNorm;
import org.bitrank.engine.weights.KeyValueScales;
import org.bitrank.engine.weights.Weight;

/**
 * The tensors of a checkpoint under their Hugging Face names and in Hugging Face row order, whatever the file calls them:
 * {@code model.layers.0.self_attn.q_proj.weight}. Matrices of linear layers are {@code [outputs, inputs]}, also where a
 * family's files hold them the other way. Reading one does not read the others.
 */
public interface WeightSource {
    SortedSet<String> names();

    TensorInfo info(String name);

    /** Throws {@code BitRankException} of class BAD_INPUT when the tensor is missing or unreadable. */
    Weight read(String name);

    /** The tensor as it is stored: {@link #read} gives blocks of GGUF in float16, as the world's other tools do, this the blocks. */
    default Weight readStored(String name) {
        return read(name);
    }

    /** The values in float32, row-major, before any rounding: what the formula of the stored form says. */
    default float[] readExactly(String name) {
        return readStored(name).toFloats();
    }

    /**
     * How the inputs of a linear layer are quantized while the model runs; empty where they stay as they are.
     *
     * @param linear without {@code .weight}
     */
    default Optional<ActivationScheme> activations(String linear) {
        return Optional.empty();
    }

    /**
     * Under which scales the file wants the keys and values of a block kept in float8; empty where they stay as they are.
     *
     * @param linear a projection of the block's attention, without {@code .weight}
     */
    default Optional<KeyValueScales> keyValueScales(String linear) {
        return Optional.empty();
    }

    /** The norm that a linear layer of the file has in front of it; empty where it reads its input as it is. @param linear without {@code .weight} */
    default Optional<InputNorm> inputNorm(String linear) {
        return Optional.empty();
    }

    default boolean contains(String name) {
        return names().contains(name);
    }
}
