package org.bitrank.engine.checkpoint.compressed;

import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;

/** What layouts with a code a byte share: {@code weight} {@code [rows, columns]}, {@code weight_scale} of any {@link ScaleShape}, {@code weight_zero_point} like it. */
abstract class ByteCodes implements CompressedLayout {
    static final String WEIGHT = "weight";
    static final String SCALE = "weight_scale";
    static final String ZERO_POINT = "weight_zero_point";

    private final String layoutName;
    private final SafetensorsType type;

    /** @param type of {@code weight} */
    ByteCodes(String layoutName, SafetensorsType type) {
        this.layoutName = layoutName;
        this.type = type;
    }

    @Override
    public final String layoutName() {
        return layoutName;
    }

    /** Modules that are not quantized have a {@code weight} too. */
    @Override
    public final String mark() {
        return SCALE;
    }

    @Override
    public final List<String> parts() {
        return List.of(WEIGHT, SCALE, ZERO_POINT);
    }

    /** {@code [rows, columns]} */
    final StoredTensor codes(SafetensorsParts parts) {
        return parts.require(WEIGHT, type, 2);
    }

    /** @param number what a code is, as people read it: {@code e4m3} */
    final TensorInfo info(SafetensorsParts parts, String number, int bits) {
        StoredTensor weight = codes(parts);
        return TensorInfo.of(parts.weightName(), weight.shape(), layoutName + " " + number, bits,
                StoredBytes.quantized(weight.bytes(), parts.size(SCALE), parts.size(ZERO_POINT), 0));
    }

    static GroupNumbers scales(SafetensorsParts parts) {
        return GroupNumbers.plain(parts.floats(SCALE), parts.floatType(SCALE));
    }

    static void writeScales(SafetensorsWriter file, String module, GroupedWeight weight) {
        var scales = (GroupNumbers.Plain) weight.scales();
        file.put(module + "." + SCALE, scales.type(), ScaleShape.shape(weight), DenseWeight.of(scales.values(), 1, scales.count(), scales.type()).data());
    }
}
