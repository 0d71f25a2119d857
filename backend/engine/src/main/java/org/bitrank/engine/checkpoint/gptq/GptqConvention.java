package org.bitrank.engine.checkpoint.gptq;

import java.util.Map;
import org.bitrank.engine.checkpoint.QuantizationConfig;

/**
 * What a checkpoint says of its zero points, and what the zero points of a matrix say themselves.
 *
 * @param declared by the configuration or by the tool's marks in the file; version 1 where nothing is said, as everywhere
 * @param said whether anything was said of the version
 * @param symmetric the configuration says that all zero points are the middle code
 */
record GptqConvention(GptqZeros declared, boolean said, boolean symmetric) {
    static GptqConvention of(QuantizationConfig quantization, Map<String, String> metadata) {
        var node = quantization.node();
        String format = node.path("checkpoint_format").asString(node.path("format").asString(""));
        boolean symmetric = node.path("sym").asBoolean(false);
        if (format.equals("gptq_v2")) {
            return new GptqConvention(GptqZeros.V2, true, symmetric);
        }
        boolean autoGptq = metadata.containsKey("auto_gptq_version") || node.has("is_marlin_format") || node.has("model_file_base_name");
        return new GptqConvention(autoGptq ? GptqZeros.V1_AUTO_GPTQ : GptqZeros.V1, autoGptq || format.equals("gptq"), symmetric);
    }

    /**
     * The convention of one matrix. In a symmetric one all zero points are the middle code, which shows whether one was taken
     * off; some files that call themselves version 1 hold version 2.
     */
    GptqZeros of(int[] packed, int groups, int rows, int bits) {
        if (!symmetric) {
            return declared;
        }
        int first = packed[0] & (1 << bits) - 1;
        int middle = 1 << (bits - 1);
        if (first != middle && first != middle - 1) {
            return declared;
        }
        for (float field : GptqZeros.V2.unpack(packed.clone(), groups, rows, bits)) {
            if (field != first) {
                return declared;
            }
        }
        if (first == middle) {
            return GptqZeros.V2;
        }
        return declared.version1() ? declared : GptqZeros.V1;
    }

    /** Whether the file could be meant otherwise: asymmetric, and nothing says which version it is. */
    boolean ambiguous() {
        return !symmetric && !said;
    }
}
