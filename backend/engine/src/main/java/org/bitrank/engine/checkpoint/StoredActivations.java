package org.bitrank.engine.checkpoint;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.weights.ActivationScheme;

/** What compressed-tensors keeps with a module for quantizing its inputs. */
final class StoredActivations {
    private static final String SCALE = "input_scale";
    private static final String ZERO_POINT = "input_zero_point";
    /** NVFP4: what the float8 scales of groups were multiplied by before they were rounded. */
    private static final String GLOBAL_SCALE = "input_global_scale";

    static final List<String> PARTS = List.of(SCALE, ZERO_POINT, GLOBAL_SCALE);

    private StoredActivations() {}

    /** The scheme of a module's inputs; empty where they stay as they are. */
    static Optional<ActivationScheme> of(SafetensorsParts parts) {
        return parts.quantization()
                .group(parts.module())
                .map(CompressedTensorsConfig.Group::activations)
                .map(scheme -> scheme.with(numbers(parts, parts.has(GLOBAL_SCALE) ? GLOBAL_SCALE : SCALE), zeros(parts)));
    }

    private static float[] numbers(SafetensorsParts parts, String part) {
        if (!parts.has(part)) {
            return null;
        }
        parts.floatType(part);
        return parts.floats(part);
    }

    private static float[] zeros(SafetensorsParts parts) {
        if (!parts.has(ZERO_POINT)) {
            return null;
        }
        if (SafetensorsParts.isFloat(parts.require(ZERO_POINT))) {
            return parts.floats(ZERO_POINT);
        }
        if (parts.has(ZERO_POINT, SafetensorsType.I8)) {
            byte[] bytes = parts.byteArray(ZERO_POINT);
            var zeros = new float[bytes.length];
            for (int i = 0; i < zeros.length; i++) {
                zeros[i] = bytes[i];
            }
            return zeros;
        }
        int[] integers = parts.integers(ZERO_POINT);
        var zeros = new float[integers.length];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = integers[i];
        }
        return zeros;
    }
}
