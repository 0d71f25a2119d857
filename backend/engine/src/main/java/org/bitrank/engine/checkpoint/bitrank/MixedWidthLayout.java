package org.bitrank.engine.checkpoint.bitrank;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.MixedWidthWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;

/** {@link MixedWidthWeight}: group after group of columns, each at its own width and beginning at a byte. */
public final class MixedWidthLayout implements BitrankLayout {
    private static final String FORM = "mixed_form";
    private static final String BITS = "mixed_bits";
    private static final String CODES = "mixed_codes";
    private static final String SCALE = "mixed_scale";
    private static final String ZERO = "mixed_zero";
    private static final String MEAN = "mixed_mean";

    @Override
    public String kind() {
        return "mixed-width";
    }

    @Override
    public Class<MixedWidthWeight> type() {
        return MixedWidthWeight.class;
    }

    @Override
    public String mark() {
        return FORM;
    }

    @Override
    public List<String> parts() {
        return List.of(FORM, BITS, CODES, SCALE, ZERO, MEAN);
    }

    /** Rows, columns, columns of a group. */
    private static MatrixForm form(SafetensorsParts parts) {
        MatrixForm form = MatrixForm.read(parts, FORM, 3);
        form.number(2, 1, form.columns());
        return form;
    }

    private static int[] bits(SafetensorsParts parts, MatrixForm form) {
        int groups = GroupedWeight.groups(form.columns(), form.numbers()[2]);
        parts.require(BITS, SafetensorsType.U8, List.of(groups));
        byte[] stored = parts.byteArray(BITS);
        var bits = new int[groups];
        for (int group = 0; group < groups; group++) {
            bits[group] = stored[group];
            if (bits[group] < 1 || bits[group] > 8) {
                throw BitRankException.badInput("%s gives group %d a width of %d bits; the checkpoint is damaged, get it again"
                        .formatted(parts.name(BITS), group, stored[group] & 0xFF));
            }
        }
        return bits;
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        int[] bits = bits(parts, form);
        long sum = 0;
        for (int group = 0; group < bits.length; group++) {
            sum += (long) bits[group] * width(form, group);
        }
        var stored = new StoredBytes(
                0, parts.size(CODES), parts.size(SCALE), parts.size(ZERO) + parts.size(MEAN), parts.size(BITS), parts.size(FORM));
        return TensorInfo.of(parts.weightName(), form.shape(), "bitrank mixed widths", (double) sum / form.columns(), stored);
    }

    private static int width(MatrixForm form, int group) {
        int size = form.numbers()[2];
        return Math.min(size, form.columns() - group * size);
    }

    @Override
    public MixedWidthWeight read(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        int[] bits = bits(parts, form);
        int rows = form.rows();
        int groups = bits.length;
        int binary = 0;
        long codeBytes = 0;
        long zeroBytes = 0;
        for (int group = 0; group < groups; group++) {
            binary += bits[group] == 1 ? 1 : 0;
            codeBytes += BitStream.bytes(rows * width(form, group), bits[group]);
            zeroBytes += bits[group] == 1 ? 0 : BitStream.bytes(rows, bits[group]);
        }
        parts.require(CODES, SafetensorsType.U8, List.of(Math.toIntExact(codeBytes)));
        MemorySegment allCodes = parts.bytes(CODES);
        MemorySegment allZeros = null;
        if (zeroBytes > 0) {
            parts.require(ZERO, SafetensorsType.U8, List.of((int) zeroBytes));
            allZeros = parts.bytes(ZERO);
        }
        float[] means = BitrankLayout.readFloats(parts, MEAN, rows, binary);
        var codes = new byte[form.weights()];
        var shifts = new float[rows * groups];
        long codesAt = 0;
        long zerosAt = 0;
        int mean = 0;
        for (int group = 0; group < groups; group++) {
            int width = width(form, group);
            int length = BitStream.bytes(rows * width, bits[group]);
            byte[] unpacked = BitStream.unpack(slice(allCodes, codesAt, length), rows * width, bits[group]);
            codesAt += length;
            for (int row = 0; row < rows; row++) {
                System.arraycopy(unpacked, row * width, codes, row * form.columns() + group * form.numbers()[2], width);
            }
            if (bits[group] == 1) {
                for (int row = 0; row < rows; row++) {
                    shifts[row * groups + group] = means[row * binary + mean];
                }
                mean++;
            } else {
                int zeroLength = BitStream.bytes(rows, bits[group]);
                byte[] zeros = BitStream.unpack(slice(allZeros, zerosAt, zeroLength), rows, bits[group]);
                zerosAt += zeroLength;
                for (int row = 0; row < rows; row++) {
                    shifts[row * groups + group] = zeros[row] & 0xFF;
                }
            }
        }
        return new MixedWidthWeight(rows, form.columns(), form.numbers()[2], bits, codes,
                BitrankLayout.readFloats(parts, SCALE, rows, groups), shifts, parts.floatType(SCALE));
    }

    private static byte[] slice(MemorySegment bytes, long from, int length) {
        return bytes.asSlice(from, length).toArray(ValueLayout.JAVA_BYTE);
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (MixedWidthWeight) quantized;
        int rows = weight.rows();
        int columns = weight.columns();
        int groups = weight.groups();
        var codes = new ByteArrayOutputStream();
        var zeros = new ByteArrayOutputStream();
        var widths = new byte[groups];
        int binary = 0;
        for (int width : weight.bits()) {
            binary += width == 1 ? 1 : 0;
        }
        var means = new float[rows * binary];
        int mean = 0;
        for (int group = 0; group < groups; group++) {
            int bits = weight.bits()[group];
            widths[group] = (byte) bits;
            int first = group * weight.groupSize();
            int width = Math.min(weight.groupSize(), columns - first);
            var own = new byte[rows * width];
            var shifts = new byte[rows];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(weight.codes(), row * columns + first, own, row * width, width);
                float shift = weight.shifts()[row * groups + group];
                if (bits == 1) {
                    means[row * binary + mean] = shift;
                } else {
                    shifts[row] = (byte) shift;
                }
            }
            codes.writeBytes(BitStream.pack(own, bits));
            if (bits == 1) {
                mean++;
            } else {
                zeros.writeBytes(BitStream.pack(shifts, bits));
            }
        }
        String prefix = module + ".";
        MatrixForm.write(file, prefix + FORM, rows, columns, weight.groupSize());
        file.put(prefix + BITS, SafetensorsType.U8, List.of(groups), MemorySegment.ofArray(widths));
        file.put(prefix + CODES, SafetensorsType.U8, List.of(codes.size()), MemorySegment.ofArray(codes.toByteArray()));
        BitrankLayout.writeFloats(file, prefix + SCALE, weight.scales(), weight.type(), rows, groups);
        if (zeros.size() > 0) {
            file.put(prefix + ZERO, SafetensorsType.U8, List.of(zeros.size()), MemorySegment.ofArray(zeros.toByteArray()));
        }
        BitrankLayout.writeFloats(file, prefix + MEAN, means, weight.type(), rows, binary);
    }
}
