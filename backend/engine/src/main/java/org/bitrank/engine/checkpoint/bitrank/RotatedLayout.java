package org.bitrank.engine.checkpoint.bitrank;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.RandomRotation;
import org.bitrank.engine.weights.RotatedWeight;
import org.bitrank.kernels.BitRankException;

/** {@link RotatedWeight}: the turned matrix as {@link GroupedLayout} has it, the rotations' seeds and the inputs' scales. */
public final class RotatedLayout implements BitrankLayout {
    static final String FORM = "rotated_form";
    private static final String SCALE = "rotated_scale";
    private static final GroupedLayout TURNED = new GroupedLayout();
    /** Whether outputs are turned, and their seed; the same of inputs. */
    private static final int LENGTH = 4;

    @Override
    public String kind() {
        return "rotated";
    }

    @Override
    public Class<RotatedWeight> type() {
        return RotatedWeight.class;
    }

    @Override
    public String mark() {
        return FORM;
    }

    @Override
    public List<String> parts() {
        var parts = new ArrayList<>(List.of(FORM, SCALE));
        parts.addAll(TURNED.parts());
        return parts;
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        TensorInfo turned = TURNED.info(parts);
        StoredBytes stored = turned.stored();
        return TensorInfo.of(parts.weightName(), turned.shape(), turned.encoding().replace("bitrank", "bitrank rotated"), turned.bits(),
                new StoredBytes(0, stored.codes(), stored.scales(), stored.zeroPoints(), stored.indices(),
                        parts.size(FORM) + parts.size(SCALE), 0, stored.other()));
    }

    @Override
    public RotatedWeight read(SafetensorsParts parts) {
        var turned = TURNED.read(parts);
        parts.require(FORM, SafetensorsType.I64, List.of(LENGTH));
        long[] form = parts.bytes(FORM).toArray(SafetensorsFile.LONG);
        GroupNumbers.Plain scales = parts.has(SCALE)
                ? GroupNumbers.plain(BitrankLayout.readFloats(parts, SCALE, turned.columns()), parts.floatType(SCALE))
                : null;
        return new RotatedWeight(turned, rotation(parts, turned.rows(), form[0], form[1]), rotation(parts, turned.columns(), form[2], form[3]), scales);
    }

    private static RandomRotation rotation(SafetensorsParts parts, int size, long turned, long seed) {
        if (turned != 0 && turned != 1) {
            throw BitRankException.badInput("%s must say with 0 or 1 whether a side is turned, not %d; the checkpoint is damaged, get it again"
                    .formatted(parts.name(FORM), turned));
        }
        return turned == 0 ? null : new RandomRotation(size, seed);
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (RotatedWeight) quantized;
        TURNED.write(file, module, weight.turned());
        long[] form = {
            weight.outputs() == null ? 0 : 1,
            weight.outputs() == null ? 0 : weight.outputs().seed(),
            weight.inputs() == null ? 0 : 1,
            weight.inputs() == null ? 0 : weight.inputs().seed()
        };
        file.put(module + "." + FORM, SafetensorsType.I64, List.of(LENGTH), MemorySegment.ofArray(form));
        if (weight.inputScales() != null) {
            BitrankLayout.writeFloats(file, module + "." + SCALE, weight.inputScales().values(), weight.inputScales().type(), weight.columns());
        }
    }
}
