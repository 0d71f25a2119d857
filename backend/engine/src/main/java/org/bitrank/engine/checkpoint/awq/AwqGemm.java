package org.bitrank.engine.checkpoint.awq;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.AffineMatrix;
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

/**
 * AWQ's layout {@code gemm}, inputs first, 4 bits:
 *
 * <ul>
 *   <li>{@code qweight} int32 {@code [columns, rows / 8]}: eight outputs a word; nibble {@code i} is output {@code 0 2 4 6 1 3 5 7} of them
 *   <li>{@code qzeros} int32 {@code [groups, rows / 8]}: likewise, as they are
 *   <li>{@code scales} float16 {@code [groups, rows]}
 * </ul>
 *
 * auto-round stores 4-bit asymmetric models the same way. Source: https://github.com/casper-hansen/AutoAWQ.
 */
public final class AwqGemm extends AwqLayout implements WritableLayout {
    private static final int[] OUTPUT_OF_NIBBLE = {0, 2, 4, 6, 1, 3, 5, 7};

    private record Form(int rows, int columns, int groups) {}

    @Override
    public boolean holds(SafetensorsParts parts) {
        return holdsWords(parts, (weight, scales) -> scales.get(1) == 8L * weight.get(1));
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        Form form = form(parts);
        return info(parts, form.rows, form.columns, "gemm");
    }

    private static Form form(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I32, 2);
        int columns = weight.shape().getFirst();
        int words = weight.shape().get(1);
        int rows = Math.multiplyExact(8, words);
        int groups = parts.require(SCALES).shape().getFirst();
        parts.requireFloats(SCALES, List.of(groups, rows));
        parts.require(ZEROS, SafetensorsType.I32, List.of(groups, words));
        if (groups < 1 || columns % groups != 0) {
            throw BitRankException.badInput("%s has %d groups, into which %d columns do not divide".formatted(parts.name(SCALES), groups, columns));
        }
        return new Form(rows, columns, groups);
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        Form form = form(parts);
        byte[] codes = Transposed.of(unpack(parts.integers(WEIGHT)), form.columns, form.rows);
        byte[] fields = Transposed.of(unpack(parts.integers(ZEROS)), form.groups, form.rows);
        var zeros = new float[fields.length];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = fields[i];
        }
        float[] scales = Transposed.of(parts.floats(SCALES), form.groups, form.rows);
        return new GroupedWeight(form.rows, form.columns, new AffineGrid(BITS, false), codes, new GroupLayout.AlongColumns(form.columns / form.groups),
                GroupNumbers.plain(scales, parts.floatType(SCALES)), zeros, null);
    }

    private static byte[] unpack(int[] words) {
        var codes = new byte[Math.multiplyExact(8, words.length)];
        for (int i = 0; i < words.length; i++) {
            for (int nibble = 0; nibble < 8; nibble++) {
                codes[8 * i + OUTPUT_OF_NIBBLE[nibble]] = (byte) (words[i] >>> 4 * nibble & 15);
            }
        }
        return codes;
    }

    private static MemorySegment pack(byte[] codes) {
        var words = new int[codes.length / 8];
        for (int i = 0; i < words.length; i++) {
            for (int nibble = 0; nibble < 8; nibble++) {
                words[i] |= codes[8 * i + OUTPUT_OF_NIBBLE[nibble]] << 4 * nibble;
            }
        }
        return MemorySegment.ofArray(words);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight quantized) {
        return AffineMatrix.refusal(quantized, BITS, BITS).or(() -> {
            var weight = (GroupedWeight) quantized;
            if (weight.groupOfColumn() != null) {
                return Optional.of("it has no index of groups");
            }
            if (weight.rows() % 8 != 0) {
                return Optional.of("it packs eight rows into a word, and %d rows do not divide by 8".formatted(weight.rows()));
            }
            return AffineMatrix.unwholeZeros(weight);
        });
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        int rows = weight.rows();
        int columns = weight.columns();
        int groups = weight.groups();
        file.put(module + "." + WEIGHT, SafetensorsType.I32, List.of(columns, rows / 8), pack(Transposed.of(weight.codes(), rows, columns)));
        var zeros = new byte[rows * groups];
        for (int i = 0; i < zeros.length; i++) {
            zeros[i] = (byte) (weight.zeros() == null ? 8 : weight.zeros()[i]);
        }
        file.put(module + "." + ZEROS, SafetensorsType.I32, List.of(groups, rows / 8), pack(Transposed.of(zeros, rows, groups)));
        var scales = (GroupNumbers.Plain) weight.scales();
        file.put(module + "." + SCALES, scales.type(), List.of(groups, rows),
                DenseWeight.of(Transposed.of(scales.values(), rows, groups), groups, rows, scales.type()).data());
    }
}
