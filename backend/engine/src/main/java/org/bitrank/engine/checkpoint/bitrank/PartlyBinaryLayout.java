package org.bitrank.engine.checkpoint.bitrank;

import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.PartlyBinaryWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.DType;

/** {@link PartlyBinaryWeight}: a bitmap of the salient weights, their codes, and the signs of all others. */
public final class PartlyBinaryLayout implements BitrankLayout {
    private static final String FORM = "partly_form";
    private static final String MASK = "partly_mask";
    private static final String SALIENT = "partly_salient";
    private static final String SIGNS = "partly_signs";
    private static final String SCALE = "partly_scale";
    private static final String ZERO = "partly_zero";
    private static final String MEAN = "partly_mean";
    private static final String SPREAD = "partly_spread";

    @Override
    public String kind() {
        return "partly-binary";
    }

    @Override
    public Class<PartlyBinaryWeight> type() {
        return PartlyBinaryWeight.class;
    }

    @Override
    public String mark() {
        return FORM;
    }

    @Override
    public List<String> parts() {
        return List.of(FORM, MASK, SALIENT, SIGNS, SCALE, ZERO, MEAN, SPREAD);
    }

    /** Rows, columns, bits of salient weights, columns of a group, how many weights are salient. */
    private static MatrixForm form(SafetensorsParts parts) {
        MatrixForm form = MatrixForm.read(parts, FORM, 5);
        form.number(2, 2, 8);
        form.number(3, 1, form.columns());
        form.number(4, 0, form.weights());
        return form;
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        int salientBits = form.numbers()[2];
        double bits = 1 + (salientBits - 1.0) * form.numbers()[4] / form.weights();
        var stored = new StoredBytes(0, parts.size(SALIENT) + parts.size(SIGNS), parts.size(SCALE) + parts.size(SPREAD),
                parts.size(ZERO) + parts.size(MEAN), parts.size(MASK), parts.size(FORM));
        return TensorInfo.of(parts.weightName(), form.shape(), "bitrank partly binary, %d-bit".formatted(salientBits), bits, stored);
    }

    @Override
    public PartlyBinaryWeight read(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        int rows = form.rows();
        int salientBits = form.numbers()[2];
        int groupSize = form.numbers()[3];
        int count = form.numbers()[4];
        int groups = GroupedWeight.groups(form.columns(), groupSize);
        boolean[] salient = BitStream.readFlags(parts, MASK, form.weights(), count);
        byte[] fine = BitStream.read(parts, SALIENT, count, salientBits);
        byte[] signs = BitStream.read(parts, SIGNS, form.weights() - count, 1);
        var codes = new byte[form.weights()];
        int nextFine = 0;
        int nextSign = 0;
        for (int i = 0; i < codes.length; i++) {
            codes[i] = salient[i] ? fine[nextFine++] : signs[nextSign++];
        }
        byte[] zeroCodes = BitStream.read(parts, ZERO, rows, salientBits);
        var zeros = new float[rows];
        for (int row = 0; row < rows; row++) {
            zeros[row] = zeroCodes[row] & 0xFF;
        }
        DType type = parts.floatType(SCALE);
        return new PartlyBinaryWeight(rows, form.columns(), salientBits, salient, codes, BitrankLayout.readFloats(parts, SCALE, rows), zeros,
                groupSize, BitrankLayout.readFloats(parts, MEAN, rows, groups), BitrankLayout.readFloats(parts, SPREAD, rows, groups), type);
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (PartlyBinaryWeight) quantized;
        int count = weight.salientCount();
        var fine = new byte[count];
        var signs = new byte[weight.codes().length - count];
        int nextFine = 0;
        int nextSign = 0;
        for (int i = 0; i < weight.codes().length; i++) {
            if (weight.salient()[i]) {
                fine[nextFine++] = weight.codes()[i];
            } else {
                signs[nextSign++] = weight.codes()[i];
            }
        }
        var zeros = new byte[weight.rows()];
        for (int row = 0; row < zeros.length; row++) {
            zeros[row] = (byte) weight.zeros()[row];
        }
        String prefix = module + ".";
        MatrixForm.write(file, prefix + FORM, weight.rows(), weight.columns(), weight.salientBits(), weight.groupSize(), count);
        BitStream.write(file, prefix + MASK, weight.salient());
        BitStream.write(file, prefix + SALIENT, fine, weight.salientBits());
        BitStream.write(file, prefix + SIGNS, signs, 1);
        BitrankLayout.writeFloats(file, prefix + SCALE, weight.scales(), weight.type(), weight.rows());
        BitStream.write(file, prefix + ZERO, zeros, weight.salientBits());
        BitrankLayout.writeFloats(file, prefix + MEAN, weight.means(), weight.type(), weight.rows(), weight.groups());
        BitrankLayout.writeFloats(file, prefix + SPREAD, weight.spreads(), weight.type(), weight.rows(), weight.groups());
    }
}
