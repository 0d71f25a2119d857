package org.bitrank.engine.checkpoint.awq;

import java.util.List;
import java.util.function.BiPredicate;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.MatrixLayout;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;

/** What AWQ's layouts share: codes of 4 bits, and the names of their three tensors. */
abstract class AwqLayout implements MatrixLayout {
    static final int BITS = 4;

    static final String WEIGHT = "qweight";
    static final String ZEROS = "qzeros";
    static final String SCALES = "scales";

    private static final String GPTQ_GROUP_INDEX = "g_idx";

    @Override
    public final String format() {
        return Awq.NAME;
    }

    @Override
    public final String mark() {
        return WEIGHT;
    }

    @Override
    public final List<String> parts() {
        return List.of(WEIGHT, ZEROS, SCALES);
    }

    /**
     * Whether the codes lie in words of 32 bits beside scales, both of two dimensions and of shapes that fit each other.
     * GPTQ has tensors of the same names and types, and an index of groups beside them.
     *
     * @param fit given the shape of the codes' words and that of the scales
     */
    static boolean holdsWords(SafetensorsParts parts, BiPredicate<List<Integer>, List<Integer>> fit) {
        if (!parts.has(WEIGHT, SafetensorsType.I32) || !parts.has(SCALES) || parts.has(GPTQ_GROUP_INDEX)) {
            return false;
        }
        List<Integer> weight = parts.require(WEIGHT).shape();
        List<Integer> scales = parts.require(SCALES).shape();
        return scales.size() == 2 && weight.size() == 2 && fit.test(weight, scales);
    }

    /** @param layout as AutoAWQ calls it: {@code gemm} */
    static TensorInfo info(SafetensorsParts parts, int rows, int columns, String layout) {
        return TensorInfo.of(parts.weightName(), List.of(rows, columns), "awq " + layout + " 4-bit", BITS,
                StoredBytes.quantized(parts.size(WEIGHT), parts.size(SCALES), parts.size(ZEROS), 0));
    }
}
