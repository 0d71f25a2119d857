package org.bitrank.engine.checkpoint.safetensors;

import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.QuantizationConfig;
import org.bitrank.engine.checkpoint.bitsandbytes.Bitsandbytes;
import org.bitrank.engine.checkpoint.bitsandbytes.BnbInt8;
import org.bitrank.engine.checkpoint.compressed.CompressedTensorsConfig;
import org.bitrank.engine.checkpoint.ternary.BitNet;
import org.bitrank.engine.weights.ActivationScheme;

/** What a checkpoint keeps with a module for quantizing its inputs. */
public final class StoredActivations {
    private static final String SCALE = "input_scale";
    private static final String ZERO_POINT = "input_zero_point";
    /** NVFP4: what the float8 scales of groups were multiplied by before they were rounded. */
    private static final String GLOBAL_SCALE = "input_global_scale";

    public static final List<String> PARTS = List.of(SCALE, ZERO_POINT, GLOBAL_SCALE);

    /** Layers of BitNet round every token's inputs to eight bits. */
    public static final ActivationScheme BITNET = ActivationScheme.dynamic(ActivationScheme.Type.INT, 8, ActivationScheme.Granularity.TOKEN, 0);

    private StoredActivations() {}

    /** The scheme of a module's inputs; empty where they stay as they are. */
    static Optional<ActivationScheme> of(SafetensorsParts parts) {
        if (parts.quantization().method().equals(Bitsandbytes.NAME) && new BnbInt8().marks(parts)) {
            return Optional.of(llmInt8(parts.quantization()));
        }
        if (BitNet.isLayer(parts)) {
            return Optional.of(BITNET);
        }
        return parts.quantization()
                .group(parts.module())
                .map(CompressedTensorsConfig.Group::activations)
                .map(scheme -> scheme.with(numbers(parts, parts.has(GLOBAL_SCALE) ? GLOBAL_SCALE : SCALE), zeros(parts, scheme)));
    }

    /** Eight-bit layers of bitsandbytes always round their inputs. */
    private static ActivationScheme llmInt8(QuantizationConfig config) {
        double threshold = config.node().path("llm_int8_threshold").asDouble(6);
        return new ActivationScheme(
                ActivationScheme.Type.INT, 8, ActivationScheme.Granularity.TOKEN, 0, true, true, 1, threshold, null, null);
    }

    private static float[] numbers(SafetensorsParts parts, String part) {
        if (!parts.has(part)) {
            return null;
        }
        parts.floatType(part);
        return parts.floats(part);
    }

    /** In units of codes from 0 up; stored are signed ones. */
    private static float[] zeros(SafetensorsParts parts, ActivationScheme scheme) {
        float[] zeros = scheme.symmetric() ? null : signedZeros(parts);
        for (int i = 0; zeros != null && i < zeros.length; i++) {
            zeros[i] += 1 << scheme.bits() - 1;
        }
        return zeros;
    }

    private static float[] signedZeros(SafetensorsParts parts) {
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
