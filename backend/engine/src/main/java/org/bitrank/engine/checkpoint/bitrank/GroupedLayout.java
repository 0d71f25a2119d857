package org.bitrank.engine.checkpoint.bitrank;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.Grid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/** Any {@link GroupedWeight}: every grid, every layout of groups, every kind of scales. */
public final class GroupedLayout implements BitrankLayout {
    private static final String FORM = "grouped_form";
    private static final String CODES = "grouped_codes";
    private static final String ZERO = "grouped_zero";
    private static final String INDEX = "grouped_index";
    private static final String LEVELS = "grouped_levels";
    private static final String LEVELS_NAME = "grouped_levels_name";
    private static final GroupNumbersStore SCALE = new GroupNumbersStore("grouped_scale");
    private static final GroupNumbersStore OFFSET = new GroupNumbersStore("grouped_offset");

    // What lies where in the form, after rows and columns.
    private static final int BITS = 2;
    private static final int SYMMETRIC = 3;
    private static final int LAYOUT = 4;
    private static final int SIZE = 5;
    private static final int WIDTH = 6;
    private static final int SCALE_BLOCK = 7;
    private static final int OFFSET_BLOCK = 8;
    private static final int LENGTH = 9;

    // Layouts of groups, as the form numbers them.
    private static final int ALONG_COLUMNS = 0;
    private static final int SCATTERED = 1;
    private static final int BLOCKS = 2;
    private static final int FLAT = 3;
    private static final int STRIDED = 4;

    @Override
    public String kind() {
        return "grouped";
    }

    @Override
    public Class<GroupedWeight> type() {
        return GroupedWeight.class;
    }

    @Override
    public String mark() {
        return FORM;
    }

    @Override
    public List<String> parts() {
        var parts = new ArrayList<>(List.of(FORM, CODES, ZERO, INDEX, LEVELS, LEVELS_NAME));
        parts.addAll(SCALE.parts());
        parts.addAll(OFFSET.parts());
        return parts;
    }

    /** The codes of a rotated matrix are no matrix of their own. */
    @Override
    public boolean holds(SafetensorsParts parts) {
        return !parts.has(RotatedLayout.FORM);
    }

    private static MatrixForm form(SafetensorsParts parts) {
        MatrixForm form = MatrixForm.read(parts, FORM, LENGTH);
        form.number(BITS, 1, 8);
        form.number(SYMMETRIC, 0, 1);
        form.number(LAYOUT, ALONG_COLUMNS, STRIDED);
        form.number(SIZE, 1, form.numbers()[LAYOUT] <= SCATTERED ? form.columns() : Integer.MAX_VALUE);
        form.number(WIDTH, form.numbers()[LAYOUT] == BLOCKS ? 1 : 0, Integer.MAX_VALUE);
        form.number(SCALE_BLOCK, 0, Integer.MAX_VALUE);
        form.number(OFFSET_BLOCK, 0, Integer.MAX_VALUE);
        return form;
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        String levels = parts.has(LEVELS) ? " " + levelsName(parts) : "";
        int bits = form.numbers()[BITS];
        boolean ternary = parts.has(LEVELS) && parts.require(LEVELS).elements() == Codebooks.TERNARY.levels().length;
        return TensorInfo.of(parts.weightName(), form.shape(), "bitrank%s %d-bit".formatted(levels, bits), ternary ? Codebooks.TERNARY_BITS : bits, stored(parts));
    }

    static StoredBytes stored(SafetensorsParts parts) {
        return new StoredBytes(0, parts.size(CODES), SCALE.size(parts) + parts.size(LEVELS), parts.size(ZERO) + OFFSET.size(parts),
                parts.size(INDEX), parts.size(FORM) + parts.size(LEVELS_NAME));
    }

    private static String levelsName(SafetensorsParts parts) {
        parts.require(LEVELS_NAME, SafetensorsType.U8, 1);
        return new String(parts.byteArray(LEVELS_NAME), StandardCharsets.UTF_8);
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        MatrixForm form = form(parts);
        int bits = form.numbers()[BITS];
        GroupLayout layout = layout(parts, form);
        int groups = layout.count(form.rows(), form.columns());
        byte[] codes = BitStream.read(parts, CODES, form.weights(), bits);
        return new GroupedWeight(form.rows(), form.columns(), grid(parts, form, codes), codes, layout,
                SCALE.read(parts, groups, form.numbers()[SCALE_BLOCK]), zeros(parts, groups, bits),
                OFFSET.isIn(parts) ? OFFSET.read(parts, groups, form.numbers()[OFFSET_BLOCK]) : null);
    }

    private static GroupLayout layout(SafetensorsParts parts, MatrixForm form) {
        int size = form.numbers()[SIZE];
        return switch (form.numbers()[LAYOUT]) {
            case ALONG_COLUMNS -> new GroupLayout.AlongColumns(size);
            case SCATTERED -> new GroupLayout.Scattered(
                    size, parts.groupIndex(INDEX, form.columns(), GroupedWeight.groups(form.columns(), size)));
            case BLOCKS -> new GroupLayout.Blocks(size, form.numbers()[WIDTH]);
            case FLAT -> new GroupLayout.Flat(size);
            default -> new GroupLayout.Strided(size);
        };
    }

    private static Grid grid(SafetensorsParts parts, MatrixForm form, byte[] codes) {
        int bits = form.numbers()[BITS];
        if (!parts.has(LEVELS)) {
            return new AffineGrid(bits, form.numbers()[SYMMETRIC] == 1);
        }
        int count = Math.toIntExact(parts.require(LEVELS, SafetensorsType.F32, 1).elements());
        if (count < 2 || count > 1 << bits) {
            throw parts.wrong(LEVELS, "2 to %d levels".formatted(1 << bits));
        }
        for (byte code : codes) {
            if ((code & 0xFF) >= count) {
                throw BitRankException.badInput("%s holds code %d, but there are %d levels; the checkpoint is damaged, get it again"
                        .formatted(parts.name(CODES), code & 0xFF, count));
            }
        }
        return new CodebookGrid(levelsName(parts), bits, parts.floats(LEVELS));
    }

    private static float[] zeros(SafetensorsParts parts, int groups, int bits) {
        if (!parts.has(ZERO)) {
            return null;
        }
        if (!parts.has(ZERO, SafetensorsType.U8)) {
            return BitrankLayout.readFloats(parts, ZERO, groups);
        }
        byte[] codes = BitStream.read(parts, ZERO, groups, bits);
        var zeros = new float[groups];
        for (int group = 0; group < groups; group++) {
            zeros[group] = codes[group] & 0xFF;
        }
        return zeros;
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        String prefix = module + ".";
        int bits = weight.grid().bits();
        var form = new int[LENGTH];
        form[0] = weight.rows();
        form[1] = weight.columns();
        form[BITS] = bits;
        form[SYMMETRIC] = weight.grid() instanceof AffineGrid affine && affine.symmetric() ? 1 : 0;
        form[SCALE_BLOCK] = GroupNumbersStore.blockSize(weight.scales());
        form[OFFSET_BLOCK] = GroupNumbersStore.blockSize(weight.offsets());
        describe(weight.layout(), form);
        MatrixForm.write(file, prefix + FORM, form);
        BitStream.write(file, prefix + CODES, weight.codes(), bits);
        SCALE.write(file, prefix, weight.scales());
        if (weight.layout() instanceof GroupLayout.Scattered scattered) {
            file.put(prefix + INDEX, SafetensorsType.I32, List.of(weight.columns()), MemorySegment.ofArray(scattered.groupOfColumn()));
        }
        if (weight.grid() instanceof CodebookGrid codebook) {
            file.put(prefix + LEVELS, SafetensorsType.F32, List.of(codebook.levels().length), MemorySegment.ofArray(codebook.levels()));
            byte[] name = codebook.name().getBytes(StandardCharsets.UTF_8);
            file.put(prefix + LEVELS_NAME, SafetensorsType.U8, List.of(name.length), MemorySegment.ofArray(name));
        }
        if (weight.zeros() != null) {
            writeZeros(file, prefix + ZERO, weight.zeros(), bits);
        }
        if (weight.offsets() != null) {
            OFFSET.write(file, prefix, weight.offsets());
        }
    }

    private static void describe(GroupLayout layout, int[] form) {
        switch (layout) {
            case GroupLayout.AlongColumns along -> {
                form[LAYOUT] = ALONG_COLUMNS;
                form[SIZE] = along.size();
            }
            case GroupLayout.Scattered scattered -> {
                form[LAYOUT] = SCATTERED;
                form[SIZE] = scattered.size();
            }
            case GroupLayout.Blocks blocks -> {
                form[LAYOUT] = BLOCKS;
                form[SIZE] = blocks.blockRows();
                form[WIDTH] = blocks.blockColumns();
            }
            case GroupLayout.Flat flat -> {
                form[LAYOUT] = FLAT;
                form[SIZE] = flat.size();
            }
            case GroupLayout.Strided strided -> {
                form[LAYOUT] = STRIDED;
                form[SIZE] = strided.groups();
            }
        }
    }

    /** As codes where they all are codes, else as float16 where that loses nothing, else as float32. */
    private static void writeZeros(SafetensorsWriter file, String name, float[] zeros, int bits) {
        var codes = new byte[zeros.length];
        boolean whole = true;
        boolean half = true;
        for (int i = 0; i < zeros.length; i++) {
            codes[i] = (byte) zeros[i];
            whole &= zeros[i] == (codes[i] & 0xFF) && zeros[i] < 1 << bits;
            half &= zeros[i] == Float.float16ToFloat(Float.floatToFloat16(zeros[i]));
        }
        if (whole) {
            BitStream.write(file, name, codes, bits);
        } else {
            BitrankLayout.writeFloats(file, name, zeros, half ? DType.FLOAT16 : DType.FLOAT32, zeros.length);
        }
    }
}
