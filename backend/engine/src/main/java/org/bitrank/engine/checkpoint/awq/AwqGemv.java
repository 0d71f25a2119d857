package org.bitrank.engine.checkpoint.awq;

import java.util.List;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.BitPacking;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.BitRankException;

/**
 * AWQ's layout {@code gemv}, outputs first, 4 bits, lowest nibble first: {@code qweight} int32 {@code [rows, columns / 8]},
 * {@code qzeros} int32 {@code [rows, words]} and {@code scales} float16 {@code [rows, 8 · words]}, both padded beyond the groups.
 */
public final class AwqGemv extends AwqLayout {
    @Override
    public boolean holds(SafetensorsParts parts) {
        return holdsWords(parts, (weight, scales) -> scales.getFirst().equals(weight.getFirst()));
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I32, 2);
        return info(parts, weight.shape().getFirst(), 8 * weight.shape().get(1), "gemv");
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I32, 2);
        int rows = weight.shape().getFirst();
        int columns = Math.multiplyExact(8, weight.shape().get(1));
        int words = parts.require(ZEROS, SafetensorsType.I32, 2).shape().get(1);
        parts.require(ZEROS, SafetensorsType.I32, List.of(rows, words));
        parts.requireFloats(SCALES, List.of(rows, 8 * words));
        float[] padded = parts.floats(SCALES);
        int groups = groups(parts, padded, rows, columns, 8 * words);
        byte[] fields = BitPacking.DENSE.unpackRows(parts.bytes(ZEROS), rows, 8 * words, BITS);
        var scales = new float[rows * groups];
        var zeros = new float[rows * groups];
        for (int row = 0; row < rows; row++) {
            for (int group = 0; group < groups; group++) {
                scales[row * groups + group] = padded[row * 8 * words + group];
                zeros[row * groups + group] = fields[row * 8 * words + group];
            }
        }
        byte[] codes = BitPacking.DENSE.unpackRows(parts.bytes(WEIGHT), rows, columns, BITS);
        return new GroupedWeight(rows, columns, new AffineGrid(BITS, false), codes, new GroupLayout.AlongColumns(columns / groups),
                GroupNumbers.plain(scales, parts.floatType(SCALES)), zeros, null);
    }

    /** Groups of a row: by the declared size, else as many as have a scale. */
    static int groups(SafetensorsParts parts, float[] scales, int lines, int columns, int padded) {
        int declared = parts.quantization().node().path("group_size").asInt(0);
        int groups = declared > 0 ? columns / declared : padded;
        if (declared == 0) {
            while (groups > 1 && isZero(scales, lines, padded, groups - 1)) {
                groups--;
            }
        } else if (declared < 0) {
            groups = 1;
        }
        if (groups < 1 || groups > padded || columns % groups != 0) {
            throw BitRankException.badInput("%s has room for %d groups, which do not fit %d columns in groups of %d"
                    .formatted(parts.name(SCALES), padded, columns, declared));
        }
        return groups;
    }

    private static boolean isZero(float[] scales, int lines, int padded, int group) {
        for (int line = 0; line < lines; line++) {
            if (scales[line * padded + group] != 0) {
                return false;
            }
        }
        return true;
    }
}
