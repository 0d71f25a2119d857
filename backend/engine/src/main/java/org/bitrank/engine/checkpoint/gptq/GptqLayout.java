package org.bitrank.engine.checkpoint.gptq;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.AffineMatrix;
import org.bitrank.engine.checkpoint.codes.BitPacking;
import org.bitrank.engine.checkpoint.codes.Transposed;
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
 * The tensors of one matrix in GPTQ's layout, inputs first:
 *
 * <ul>
 *   <li>{@code qweight} int32 {@code [columns · bits / 32, rows]}: a dense stream of bits down each output
 *   <li>{@code qzeros} int32 {@code [groups, rows · bits / 32]}: a dense stream along outputs; {@link GptqZeros} tells what it holds
 *   <li>{@code scales} float16 {@code [groups, rows]}
 *   <li>{@code g_idx} int32 {@code [columns]}: the group of each column; without it, neighbours
 * </ul>
 *
 * Source: AutoGPTQ and GPTQModel, https://github.com/ModelCloud/GPTQModel.
 */
public final class GptqLayout implements WritableLayout {
    private static final String WEIGHT = "qweight";
    private static final String ZEROS = "qzeros";
    private static final String SCALES = "scales";
    private static final String INDEX = "g_idx";

    /** How zero points are written. */
    private final GptqZeros written;

    public GptqLayout(GptqZeros written) {
        this.written = written;
    }

    /** Sizes of a matrix, by the shapes of its tensors alone. */
    private record Form(int rows, int columns, int bits, int groups) {}

    @Override
    public String format() {
        return Gptq.NAME;
    }

    @Override
    public String mark() {
        return WEIGHT;
    }

    @Override
    public List<String> parts() {
        return List.of(WEIGHT, ZEROS, SCALES, INDEX);
    }

    /** AWQ uses the same names, but packs outputs. */
    @Override
    public boolean holds(SafetensorsParts parts) {
        if (!parts.has(WEIGHT, SafetensorsType.I32) || !parts.has(SCALES)) {
            return false;
        }
        List<Integer> scales = parts.require(SCALES).shape();
        List<Integer> weight = parts.require(WEIGHT).shape();
        return parts.has(INDEX) || scales.size() == 2 && weight.size() == 2 && scales.get(1).equals(weight.get(1));
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        Form form = form(parts);
        var stored = new StoredBytes(0, parts.size(WEIGHT), parts.size(SCALES), parts.size(ZEROS), parts.size(INDEX), 0);
        return TensorInfo.of(parts.weightName(), List.of(form.rows, form.columns), "gptq " + form.bits + "-bit", form.bits, stored);
    }

    private static Form form(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I32, 2);
        StoredTensor zeros = parts.require(ZEROS, SafetensorsType.I32, 2);
        int rows = weight.shape().get(1);
        int groups = zeros.shape().getFirst();
        int bits = (int) (zeros.shape().get(1) * 32L / rows);
        long columns = bits == 0 ? 0 : weight.shape().getFirst() * 32L / bits;
        if (bits < 1 || bits > 8 || columns > Integer.MAX_VALUE || BitPacking.DENSE.words(rows, bits) != zeros.shape().get(1)
                || BitPacking.DENSE.words((int) columns, bits) != weight.shape().getFirst() || groups > columns) {
            throw BitRankException.badInput("%s %s and %s %s do not fit: no codes of 1 to 8 bits give these shapes"
                    .formatted(parts.name(WEIGHT), weight.shape(), parts.name(ZEROS), zeros.shape()));
        }
        parts.requireFloats(SCALES, List.of(groups, rows));
        return new Form(rows, (int) columns, bits, groups);
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        Form form = form(parts);
        float[] zeros = conventionOf(parts, form).unpack(parts.integers(ZEROS), form.groups, form.rows, form.bits);
        var grid = new AffineGrid(form.bits, allAre(zeros, 1 << (form.bits - 1)));
        DType scaleType = parts.floatType(SCALES);
        return new GroupedWeight(form.rows, form.columns, grid, codes(parts, form), layout(parts, form),
                GroupNumbers.plain(Transposed.of(parts.floats(SCALES), form.groups, form.rows), scaleType),
                grid.symmetric() ? null : Transposed.of(zeros, form.groups, form.rows), null);
    }

    private static GptqConvention declared(SafetensorsParts parts) {
        return GptqConvention.of(parts.quantization(), parts.set().metadata(parts.name(WEIGHT)));
    }

    private static GptqZeros conventionOf(SafetensorsParts parts, Form form) {
        return declared(parts).of(parts.integers(ZEROS), form.groups, form.rows, form.bits);
    }

    /** Always says how zero points were read, and whether anything told. */
    @Override
    public Optional<String> note(SafetensorsParts parts) {
        Form form = form(parts);
        GptqConvention declared = declared(parts);
        GptqZeros used = conventionOf(parts, form);
        var note = new StringBuilder("GPTQ zero points read as " + used.description());
        if (used.version1() != declared.declared().version1()) {
            note.append("; all are the middle code then, though the configuration says ").append(declared.declared().version1() ? "version 1" : "version 2");
        } else if (declared.ambiguous()) {
            note.append("; nothing in the files says which version it is, so this is a guess");
        }
        if (used == GptqZeros.V1_AUTO_GPTQ) {
            for (float zero : used.unpack(parts.integers(ZEROS), form.groups, form.rows, form.bits)) {
                if (zero == 1 << form.bits) {
                    note.append("; AutoGPTQ damaged fields where a zero point was 0, which are taken as that tool reads them");
                    break;
                }
            }
        }
        return Optional.of(note.toString());
    }

    private static byte[] codes(SafetensorsParts parts, Form form) {
        int words = BitPacking.DENSE.words(form.columns, form.bits);
        // Words of one output next to each other, so that each row is a stream.
        int[] turned = Transposed.of(parts.integers(WEIGHT), words, form.rows);
        return BitPacking.DENSE.unpackRows(MemorySegment.ofArray(turned), form.rows, form.columns, form.bits);
    }

    private static GroupLayout layout(SafetensorsParts parts, Form form) {
        int declared = parts.quantization().node().path("group_size").asInt(0);
        boolean fits = declared > 0 && GroupLayout.perRow(form.columns, declared) == form.groups;
        int size = fits ? declared : GroupLayout.perRow(form.columns, form.groups);
        if (GroupLayout.perRow(form.columns, size) != form.groups) {
            throw BitRankException.badInput("%s has %d groups for %d columns, into which no group size divides them"
                    .formatted(parts.name(SCALES), form.groups, form.columns));
        }
        if (parts.has(INDEX)) {
            int[] index = parts.groupIndex(INDEX, form.columns, form.groups);
            for (int column = 0; column < index.length; column++) {
                if (index[column] != column / size) {
                    return new GroupLayout.Scattered(size, index);
                }
            }
        }
        return new GroupLayout.AlongColumns(size);
    }

    private static boolean allAre(float[] numbers, int value) {
        for (float number : numbers) {
            if (number != value) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Optional<String> refusal(QuantizedWeight quantized) {
        return AffineMatrix.refusal(quantized, 2, 8).or(() -> {
            var weight = (GroupedWeight) quantized;
            int bits = weight.grid().bits();
            if (bits != 2 && bits != 3 && bits != 4 && bits != 8) {
                return Optional.of("it has codes of 2, 3, 4 and 8 bits, not " + bits);
            }
            if (weight.rows() % 32 != 0 || weight.columns() % 32 != 0) {
                return Optional.of("rows and columns must be multiples of 32, not [%d, %d]".formatted(weight.rows(), weight.columns()));
            }
            if (written.version1() && weight.zeros() != null) {
                for (float zero : weight.zeros()) {
                    if (zero == 0) {
                        return Optional.of("version 1 stores zero points minus one and tools disagree on zero point 0, which this matrix has;"
                                + " gptq-v2 stores it as it is");
                    }
                }
            }
            return AffineMatrix.unwholeZeros(weight);
        });
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        int bits = weight.grid().bits();
        int rows = weight.rows();
        int columns = weight.columns();
        int groups = weight.groups();
        int words = BitPacking.DENSE.words(columns, bits);
        int[] packed = BitPacking.DENSE.packRows(weight.codes(), rows, columns, bits).toArray(ValueLayout.JAVA_INT);
        file.put(module + "." + WEIGHT, SafetensorsType.I32, List.of(words, rows), MemorySegment.ofArray(Transposed.of(packed, rows, words)));
        var zeros = new byte[rows * groups];
        for (int row = 0; row < rows; row++) {
            for (int group = 0; group < groups; group++) {
                int zero = weight.zeros() == null ? 1 << (bits - 1) : (int) weight.zeros()[row * groups + group];
                zeros[group * rows + row] = (byte) (written.version1() ? zero - 1 : zero);
            }
        }
        file.put(module + "." + ZEROS, SafetensorsType.I32, List.of(groups, BitPacking.DENSE.words(rows, bits)),
                BitPacking.DENSE.packRows(zeros, groups, rows, bits));
        var scales = (GroupNumbers.Plain) weight.scales();
        file.put(module + "." + SCALES, scales.type(), List.of(groups, rows),
                DenseWeight.of(Transposed.of(scales.values(), rows, groups), groups, rows, scales.type()).data());
        int[] index = weight.groupOfColumn();
        if (index == null) {
            index = new int[columns];
            Arrays.setAll(index, column -> weight.groupOf(column));
        }
        file.put(module + "." + INDEX, SafetensorsType.I32, List.of(columns), MemorySegment.ofArray(index));
    }
}
