package org.bitrank.engine.checkpoint.bitrank;

import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.DualBinaryWeight;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;

/** {@link DualBinaryWeight}: two bits a weight and two numbers a group. */
public final class DualBinaryLayout implements BitrankLayout {
    private static final String FORM = "dual_form";
    private static final String CODES = "dual_codes";
    private static final String FIRST = "dual_first";
    private static final String SECOND = "dual_second";

    @Override
    public String kind() {
        return "dual-binary";
    }

    @Override
    public Class<DualBinaryWeight> type() {
        return DualBinaryWeight.class;
    }

    @Override
    public String mark() {
        return FORM;
    }

    @Override
    public List<String> parts() {
        return List.of(FORM, CODES, FIRST, SECOND);
    }

    /** Rows, columns, columns of a group. */
    private static MatrixForm form(SafetensorsParts parts) {
        MatrixForm form = MatrixForm.read(parts, FORM, 3);
        form.number(2, 1, form.columns());
        return form;
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        var stored = StoredBytes.quantized(parts.size(CODES), parts.size(FIRST) + parts.size(SECOND), 0, parts.size(FORM));
        return TensorInfo.of(parts.weightName(), form(parts).shape(), "bitrank dual binary", 2, stored);
    }

    @Override
    public DualBinaryWeight read(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        int groupSize = form.numbers()[2];
        int groups = GroupedWeight.groups(form.columns(), groupSize);
        return new DualBinaryWeight(form.rows(), form.columns(), BitStream.read(parts, CODES, form.weights(), 2), groupSize,
                BitrankLayout.readFloats(parts, FIRST, form.rows(), groups), BitrankLayout.readFloats(parts, SECOND, form.rows(), groups),
                parts.floatType(FIRST));
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (DualBinaryWeight) quantized;
        String prefix = module + ".";
        MatrixForm.write(file, prefix + FORM, weight.rows(), weight.columns(), weight.groupSize());
        BitStream.write(file, prefix + CODES, weight.codes(), 2);
        BitrankLayout.writeFloats(file, prefix + FIRST, weight.first(), weight.type(), weight.rows(), weight.groups());
        BitrankLayout.writeFloats(file, prefix + SECOND, weight.second(), weight.type(), weight.rows(), weight.groups());
    }
}
