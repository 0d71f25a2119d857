package org.bitrank.engine.checkpoint.hqq;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * The tensors of one matrix in HQQ's {@code save_to_safetensors}. The matrix is taken as one run of numbers, row by row, and
 * reshaped: axis 1 to {@code [n / g, g]}, a group a row; axis 0 to {@code [g, n / g]}, a group a column.
 *
 * <ul>
 *   <li>{@code W_q} uint8, or int32 for 3 bits: {@link HqqPacking}
 *   <li>{@code scale}, {@code zero} {@code [n / g, 1]} or {@code [1, n / g]}: value = (code − zero) · scale, zero is no whole number
 *   <li>{@code nbits}, {@code group_size}, {@code axis} int32, {@code shape} int64 {@code [2]}
 *   <li>settings as uint8, flags and text, which say nothing that is needed here
 * </ul>
 *
 * Source: https://github.com/mobiusml/hqq.
 */
public final class HqqLayout implements WritableLayout {
    private static final String CODES = "W_q";
    private static final String SCALE = "scale";
    private static final String ZERO = "zero";
    private static final String BITS = "nbits";
    private static final String GROUP_SIZE = "group_size";
    private static final String AXIS = "axis";
    private static final String SHAPE = "shape";
    private static final String PACKING = "packing";
    private static final String UNPACK_TYPE = "unpack_view_dtype";
    private static final String COMPUTE_TYPE = "compute_dtype";
    /** HQQ's own setting for 4 bits, and only those. */
    private static final String ROUND_ZERO = "round_zero";
    private static final List<String> FLAGS_SET = List.of("channel_wise", "encoded_state_dict", "optimize", "stores_quant_config");
    private static final List<String> FLAGS_CLEAR = List.of("offload_meta", "quant_scale", "quant_zero", "view_as_float");

    private record Form(int rows, int columns, int bits, int groupSize, int axis) {
        int groups() {
            return rows * columns / groupSize;
        }

        /** Rows of the reshaped matrix. */
        int lines() {
            return axis == 1 ? groups() : groupSize;
        }

        int width() {
            return axis == 1 ? groupSize : groups();
        }

        GroupLayout layout() {
            if (axis == 0) {
                return new GroupLayout.Strided(groups());
            }
            return columns % groupSize == 0 ? new GroupLayout.AlongColumns(groupSize) : new GroupLayout.Flat(groupSize);
        }
    }

    @Override
    public String format() {
        return Hqq.NAME;
    }

    @Override
    public String mark() {
        return CODES;
    }

    @Override
    public List<String> parts() {
        var parts = new ArrayList<>(List.of(CODES, SCALE, ZERO, BITS, GROUP_SIZE, AXIS, SHAPE, PACKING, UNPACK_TYPE, COMPUTE_TYPE, ROUND_ZERO));
        parts.addAll(FLAGS_SET);
        parts.addAll(FLAGS_CLEAR);
        return parts;
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(SCALE) && parts.has(BITS);
    }

    private static Form form(SafetensorsParts parts) {
        int[] shape = parts.integers(SHAPE);
        int bits = number(parts, BITS);
        int axis = number(parts, AXIS);
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1 || bits < 1 || bits > 8 || axis < 0 || axis > 1) {
            throw BitRankException.badInput("%s, %s and %s do not describe a matrix".formatted(parts.name(SHAPE), parts.name(BITS), parts.name(AXIS)));
        }
        int count = Math.multiplyExact(shape[0], shape[1]);
        int declared = parts.has(GROUP_SIZE) ? number(parts, GROUP_SIZE) : 0;
        int groupSize = declared > 0 ? declared : axis == 1 ? shape[1] : shape[0];
        if (count % groupSize != 0) {
            throw BitRankException.badInput("%s is %d, into which [%d, %d] does not divide".formatted(parts.name(GROUP_SIZE), groupSize, shape[0], shape[1]));
        }
        return new Form(shape[0], shape[1], bits, groupSize, axis);
    }

    private static int number(SafetensorsParts parts, String part) {
        int[] numbers = parts.integers(part);
        if (numbers.length != 1) {
            throw parts.wrong(part, "one number");
        }
        return numbers[0];
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        Form form = form(parts);
        long other = 0;
        for (String part : parts()) {
            other += List.of(CODES, SCALE, ZERO).contains(part) ? 0 : parts.size(part);
        }
        return TensorInfo.of(parts.weightName(), List.of(form.rows, form.columns), "hqq %d-bit axis %d".formatted(form.bits, form.axis), form.bits,
                StoredBytes.quantized(parts.size(CODES), parts.size(SCALE), parts.size(ZERO), other));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        Form form = form(parts);
        if (parts.has("quant_scale", SafetensorsType.U8) && parts.byteArray("quant_scale")[0] != 0
                || parts.has("quant_zero", SafetensorsType.U8) && parts.byteArray("quant_zero")[0] != 0) {
            throw BitRankException.unsupported(parts.module() + ": HQQ scales or zero points that are quantized themselves are not read");
        }
        HqqPacking packing = HqqPacking.of(form.bits);
        StoredTensor stored = parts.require(CODES, packing.type(), List.of(packing.storedRows(form.lines()), form.width()));
        if (parts.require(SCALE).elements() != form.groups() || parts.require(ZERO).elements() != form.groups()) {
            throw parts.wrong(parts.require(SCALE).elements() != form.groups() ? SCALE : ZERO, "one number for each of %d groups".formatted(form.groups()));
        }
        DType scaleType = parts.floatType(SCALE);
        parts.floatType(ZERO);
        byte[] codes = packing.unpack(words(parts, stored), form.lines(), form.width());
        // A line of axis 0 is a run of the matrix all the same: reshaping moves nothing.
        return new GroupedWeight(form.rows, form.columns, new AffineGrid(form.bits, false), codes, form.layout(),
                GroupNumbers.plain(parts.floats(SCALE), scaleType), parts.floats(ZERO), null);
    }

    private static int[] words(SafetensorsParts parts, StoredTensor stored) {
        if (stored.type() == SafetensorsType.I32) {
            return parts.integers(CODES);
        }
        byte[] bytes = parts.byteArray(CODES);
        var words = new int[bytes.length];
        for (int i = 0; i < words.length; i++) {
            words[i] = bytes[i] & 0xFF;
        }
        return words;
    }

    /** How the groups of a matrix lie, or null where HQQ has no name for it. */
    private static Form form(GroupedWeight weight) {
        int bits = weight.grid().bits();
        long count = (long) weight.rows() * weight.columns();
        return switch (weight.layout()) {
            case GroupLayout.AlongColumns along when weight.columns() % along.size() == 0 ->
                new Form(weight.rows(), weight.columns(), bits, along.size(), 1);
            case GroupLayout.Flat flat when count % flat.size() == 0 -> new Form(weight.rows(), weight.columns(), bits, flat.size(), 1);
            case GroupLayout.Strided strided when count % strided.groups() == 0 ->
                new Form(weight.rows(), weight.columns(), bits, (int) (count / strided.groups()), 0);
            default -> null;
        };
    }

    @Override
    public Optional<String> refusal(QuantizedWeight quantized) {
        if (!(quantized instanceof GroupedWeight weight) || !(weight.grid() instanceof AffineGrid grid)) {
            return Optional.of("it stores integer grids only");
        }
        if (grid.bits() == 7) {
            return Optional.of("it has no codes of 7 bits");
        }
        if (weight.offsets() != null || !(weight.scales() instanceof GroupNumbers.Plain)) {
            return Optional.of("it stores plain scales and zero points only");
        }
        Form form = form(weight);
        if (form == null) {
            return Optional.of("its groups are runs or strides of the whole matrix, not " + weight.layout().getClass().getSimpleName());
        }
        if (!HqqPacking.of(grid.bits()).fits(form.lines())) {
            return Optional.of("%d groups do not divide into the slices of %s".formatted(form.lines(), HqqPacking.of(grid.bits()).tag()));
        }
        return Optional.empty();
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        Form form = form(weight);
        HqqPacking packing = HqqPacking.of(form.bits);
        int[] words = packing.pack(weight.codes(), form.lines(), form.width());
        file.put(module + "." + CODES, packing.type(), List.of(packing.storedRows(form.lines()), form.width()), stored(packing, words));
        var scales = (GroupNumbers.Plain) weight.scales();
        List<Integer> shape = form.axis == 1 ? List.of(form.groups(), 1) : List.of(1, form.groups());
        putNumbers(file, module + "." + SCALE, scales.values(), scales.type(), shape);
        float[] zeros = weight.zeros();
        if (zeros == null) {
            zeros = new float[form.groups()];
            Arrays.fill(zeros, 1 << (form.bits - 1));
        }
        putNumbers(file, module + "." + ZERO, zeros, exactType(zeros, scales.type()), shape);
        putNumber(file, module, BITS, form.bits);
        putNumber(file, module, GROUP_SIZE, form.groupSize);
        putNumber(file, module, AXIS, form.axis);
        file.put(module + "." + SHAPE, SafetensorsType.I64, List.of(2), MemorySegment.ofArray(new long[] {form.rows, form.columns}));
        putText(file, module, PACKING, packing.tag());
        putText(file, module, UNPACK_TYPE, packing == HqqPacking.THREE ? "torch.int32" : "torch.uint8");
        putText(file, module, COMPUTE_TYPE, "torch." + scales.type().name().toLowerCase(Locale.ROOT));
        putFlag(file, module, ROUND_ZERO, form.bits == 4);
        FLAGS_SET.forEach(flag -> putFlag(file, module, flag, true));
        FLAGS_CLEAR.forEach(flag -> putFlag(file, module, flag, false));
    }

    private static MemorySegment stored(HqqPacking packing, int[] words) {
        if (packing == HqqPacking.THREE) {
            return MemorySegment.ofArray(words);
        }
        var bytes = new byte[words.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) words[i];
        }
        return MemorySegment.ofArray(bytes);
    }

    /** The type of the scales where it holds all zero points as they are, else float32. */
    private static DType exactType(float[] zeros, DType scaleType) {
        float[] rounded = DenseWeight.of(zeros, 1, zeros.length, scaleType).toFloats();
        return Arrays.equals(zeros, rounded) ? scaleType : DType.FLOAT32;
    }

    private static void putNumbers(SafetensorsWriter file, String name, float[] numbers, DType type, List<Integer> shape) {
        file.put(name, type, shape, DenseWeight.of(numbers, 1, numbers.length, type).data());
    }

    private static void putNumber(SafetensorsWriter file, String module, String part, int number) {
        file.put(module + "." + part, SafetensorsType.I32, List.of(), MemorySegment.ofArray(new int[] {number}));
    }

    private static void putFlag(SafetensorsWriter file, String module, String part, boolean set) {
        file.put(module + "." + part, SafetensorsType.U8, List.of(), MemorySegment.ofArray(new byte[] {(byte) (set ? 1 : 0)}));
    }

    private static void putText(SafetensorsWriter file, String module, String part, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        file.put(module + "." + part, SafetensorsType.U8, List.of(bytes.length), MemorySegment.ofArray(bytes));
    }
}
