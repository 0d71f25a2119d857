package org.bitrank.engine.checkpoint.safetensors;

import java.util.Optional;
import org.bitrank.engine.weights.QuantizedWeight;

/** A layout in which matrices are written as well. */
public interface WritableLayout extends MatrixLayout {
    /** Why it cannot hold the matrix, to follow "because"; empty where it can. Looks at every zero point, but at no code. */
    Optional<String> refusal(QuantizedWeight weight);

    /** @param module name without {@code .weight} */
    void write(SafetensorsWriter file, String module, QuantizedWeight weight);
}
