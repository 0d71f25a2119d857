package org.bitrank.engine.checkpoint.compressed;

import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/** The MX formats of the Open Compute Project: 32 small floats under a power of two, stored as uint8 E8M0. Value = float · 2^(scale − 127). */
abstract class MxQuantized extends FloatGroups {
    private static final int GROUP = 32;
    private static final int NAN = 0xFF;

    private final int bits;

    MxQuantized(String layoutName, FloatCodes codes) {
        super(layoutName, codes, SafetensorsType.U8, GroupNumbers.PowersOfTwo.class, GROUP);
        this.bits = codes.grid().bits();
    }

    @Override
    final GroupNumbers scales(SafetensorsParts parts) {
        byte[] codes = parts.byteArray(SCALE);
        for (int i = 0; i < codes.length; i++) {
            if ((codes[i] & 0xFF) == NAN) {
                throw BitRankException.badInput("%s holds NaN, first at element %d; the checkpoint is damaged, get it again".formatted(parts.name(SCALE), i));
            }
        }
        return new GroupNumbers.PowersOfTwo(codes);
    }

    @Override
    final byte[] scaleCodes(GroupNumbers scales) {
        return ((GroupNumbers.PowersOfTwo) scales).codes();
    }

    @Override
    public final ObjectNode weights(QuantizedWeight weight) {
        ObjectNode weights = CompressedLayout.weights(bits, "float", true, "group", GROUP);
        weights.put("scale_dtype", "torch.uint8");
        return weights;
    }
}
