package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/** E8M0 scales of the MX formats in safetensors: uint8. */
final class PowersOfTwoScales {
    private static final int NAN = 0xFF;

    private PowersOfTwoScales() {}

    static GroupNumbers.PowersOfTwo read(SafetensorsParts parts, String part) {
        byte[] codes = parts.byteArray(part);
        for (int i = 0; i < codes.length; i++) {
            if ((codes[i] & 0xFF) == NAN) {
                throw BitRankException.badInput("%s holds NaN, first at element %d; the checkpoint is damaged, get it again".formatted(parts.name(part), i));
            }
        }
        return new GroupNumbers.PowersOfTwo(codes);
    }

    static void write(SafetensorsWriter file, String name, GroupedWeight weight, int groupSize) {
        var scales = (GroupNumbers.PowersOfTwo) weight.scales();
        file.put(name, SafetensorsType.U8, List.of(weight.rows(), weight.columns() / groupSize), MemorySegment.ofArray(scales.codes()));
    }

    static ObjectNode weights(int bits, int groupSize) {
        ObjectNode weights = CompressedLayout.weights(bits, "float", true, "group", groupSize);
        weights.put("scale_dtype", "torch.uint8");
        return weights;
    }
}
