package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.Transposed;
import org.bitrank.engine.checkpoint.safetensors.MatrixLayout;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;

/**
 * compressed-tensors' {@code marlin-24}, symmetric integers of 4 or 8 bits of which two in four are kept, in the order of a GPU
 * kernel's tiles:
 *
 * <ul>
 *   <li>{@code weight_packed} int32 {@code [columns / 32, rows · bits / 2]}: what is kept, inputs first, in tiles of 16 × 64
 *   <li>{@code scale_packed} float16 {@code [groups, rows]}
 *   <li>{@code meta} int16, one of {@code [rows, columns / 16]} a quadruple of quadruples: which two of each four are kept
 * </ul>
 *
 * Source: compressed_tensors 0.10's {@code marlin_24.py}, {@code permutations_24.py} and {@code semi_structured_conversions.py}.
 */
public final class Marlin24 implements MatrixLayout {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final String PACKED = "weight_packed";
    private static final String SCALE = "scale_packed";
    private static final String META = "meta";
    private static final int TILE = 16;
    /** Codes that are put in order together. */
    private static final int CHUNK = 1024;
    private static final int[] SCALE_ORDER = {0, 4, 1, 5, 2, 6, 3, 7};

    private record Form(int rows, int columns, int bits, int groups) {}

    @Override
    public String format() {
        return CompressedTensors.NAME;
    }

    @Override
    public String mark() {
        return PACKED;
    }

    @Override
    public List<String> parts() {
        return List.of(PACKED, SCALE, META);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(PACKED, SafetensorsType.I32) && parts.has(SCALE) && parts.has(META);
    }

    private static Form form(SafetensorsParts parts) {
        StoredTensor packed = parts.require(PACKED, SafetensorsType.I32, 2);
        parts.floatType(SCALE);
        List<Integer> scales = parts.require(SCALE).shape();
        if (scales.size() != 2 || scales.get(1) < 1 || scales.getFirst() < 1) {
            throw parts.wrong(SCALE, "[groups, rows]");
        }
        int rows = scales.get(1);
        int columns = Math.multiplyExact(2 * TILE, packed.shape().getFirst());
        int bits = 2 * packed.shape().get(1) / rows;
        if (bits != 4 && bits != 8 || packed.shape().get(1) * 2 != rows * bits || rows % 64 != 0 || columns % scales.getFirst() != 0) {
            throw parts.wrong(PACKED, "tiles of 4 or 8 bits for %d rows".formatted(rows));
        }
        if (parts.require(META, SafetensorsType.I16, 2).elements() != (long) rows * columns / 16) {
            throw parts.wrong(META, "%d numbers".formatted((long) rows * columns / 16));
        }
        return new Form(rows, columns, bits, scales.getFirst());
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        Form form = form(parts);
        var stored = new StoredBytes(0, parts.size(PACKED), parts.size(SCALE), 0, parts.size(META), 0);
        return TensorInfo.of(parts.weightName(), List.of(form.rows, form.columns), "marlin-24 %d-bit".formatted(form.bits), form.bits, stored);
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        Form form = form(parts);
        byte[] kept = kept(parts.integers(PACKED), form);
        short[] meta = parts.bytes(META).toArray(SHORT);
        int middle = 1 << (form.bits - 1);
        var codes = new byte[Math.multiplyExact(form.rows, form.columns)];
        // What is left out is zero, which is the middle code.
        Arrays.fill(codes, (byte) middle);
        for (int row = 0; row < form.rows; row++) {
            for (int quad = 0; quad < form.columns / 4; quad++) {
                int places = meta[metaOffset(row, quad / 4, form.rows)] >>> 4 * (quad % 4);
                int at = row * form.columns + 4 * quad;
                int from = row * form.columns / 2 + 2 * quad;
                codes[at + (places & 3)] = kept[from];
                codes[at + (places >>> 2 & 3)] = kept[from + 1];
            }
        }
        int groupSize = form.columns / form.groups;
        return new GroupedWeight(form.rows, form.columns, new AffineGrid(form.bits, true), codes, new GroupLayout.AlongColumns(groupSize),
                GroupNumbers.plain(scales(parts, form, groupSize), parts.floatType(SCALE)), null, null);
    }

    /** The kept codes {@code [rows, columns / 2]}. */
    private static byte[] kept(int[] words, Form form) {
        int perWord = 32 / form.bits;
        int[] order = order(form.bits);
        int lineLength = form.rows * TILE;
        var kept = new byte[form.rows * (form.columns / 2)];
        for (int i = 0; i < kept.length; i++) {
            int code = words[i / perWord] >>> form.bits * (i % perWord) & (1 << form.bits) - 1;
            int source = i / CHUNK * CHUNK + order[i % CHUNK];
            int line = source / lineLength;
            int inLine = source % lineLength;
            int input = line * TILE + inLine % (TILE * TILE) / TILE;
            int output = inLine / (TILE * TILE) * TILE + inLine % TILE;
            kept[output * (form.columns / 2) + input] = (byte) code;
        }
        return kept;
    }

    /** Where each code of a chunk comes from: fragments of the tensor cores, then the order in which the kernel unpacks a word. */
    private static int[] order(int bits) {
        var fragments = new int[CHUNK];
        int next = 0;
        for (int thread = 0; thread < 32; thread++) {
            int column = thread / 4;
            for (int j = 0; j < 4; j++) {
                for (int block = 0; block < 2; block++) {
                    for (int k = 0; k < 4; k++) {
                        int row = 2 * (thread % 4 + k / 2 * 4) + k % 2;
                        fragments[next++] = TILE * row + column / 2 * 256 + 8 * (column % 2) + 4 * block + j;
                    }
                }
            }
        }
        int[] interleave = bits == 4 ? new int[] {0, 2, 4, 6, 1, 3, 5, 7} : new int[] {0, 2, 1, 3};
        var order = new int[CHUNK];
        for (int i = 0; i < CHUNK; i++) {
            order[i] = fragments[i / interleave.length * interleave.length + interleave[i % interleave.length]];
        }
        return order;
    }

    /** Scales by row; within 64 rows they are reordered where a group is shorter than what is kept of a row. */
    private static float[] scales(SafetensorsParts parts, Form form, int groupSize) {
        float[] packed = parts.floats(SCALE);
        var ordered = new float[packed.length];
        boolean reordered = groupSize < form.columns / 2;
        for (int i = 0; i < packed.length; i++) {
            int source = reordered ? i / 8 * 8 + SCALE_ORDER[i % 8] : i;
            ordered[source] = packed[i];
        }
        return Transposed.of(ordered, form.groups, form.rows);
    }

    /** Where CUTLASS keeps the quadruples of a row: rows shuffled, 2 × 2 blocks turned, two columns interleaved. */
    private static int metaOffset(int row, int column, int rows) {
        int toRow = row / 64 * 64 + row % 2 * 2 + row % 8 / 4 + row % 4 / 2 * 32 + row % 64 / 8 * 4;
        int toColumn = column;
        if (toRow % 2 == 0 && column % 2 == 1) {
            toRow++;
            toColumn--;
        } else if (toRow % 2 == 1 && column % 2 == 0) {
            toRow--;
            toColumn++;
        }
        return toColumn / 2 * rows * 2 + toRow * 2 + toColumn % 2;
    }
}
