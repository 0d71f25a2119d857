package org.bitrank.engine.checkpoint.ternary;

import java.util.Optional;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;

/**
 * Finds matrices that were trained ternary and saved unquantized, as the Spectra suite's TriLMs are: -1, 0 and 1 times one
 * scale, or times one a model-parallel shard, which are equal parts of the rows or of the columns.
 *
 * <p>Kaushal et al.: Spectra, ICLR 2025 (arXiv 2407.12327).
 */
public final class TernaryMatrix {
    /** The suite was trained on up to six GPUs side by side. */
    static final int MOST_SHARDS = 6;

    private TernaryMatrix() {}

    /** The codes, which decode to exactly these numbers; empty where the matrix is not ternary. */
    public static Optional<GroupedWeight> of(DenseWeight weight) {
        float[] values = weight.toFloats();
        if (distinctMagnitudes(values) < 1) {
            return Optional.empty();
        }
        for (int shards = 1; shards <= MOST_SHARDS; shards++) {
            if (weight.rows() % shards == 0) {
                Optional<GroupedWeight> found = of(weight, values, new GroupLayout.Blocks(weight.rows() / shards, weight.columns()));
                if (found.isPresent()) {
                    return found;
                }
            }
            if (weight.columns() % shards == 0) {
                Optional<GroupedWeight> found = of(weight, values, new GroupLayout.Blocks(weight.rows(), weight.columns() / shards));
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** Magnitudes besides zero; 0 where there are none or more than a ternary matrix can have. */
    private static int distinctMagnitudes(float[] values) {
        var seen = new float[MOST_SHARDS];
        int count = 0;
        for (float value : values) {
            float magnitude = Math.abs(value);
            boolean known = magnitude == 0;
            for (int i = 0; i < count; i++) {
                known |= seen[i] == magnitude;
            }
            if (!known) {
                if (count == MOST_SHARDS || !Float.isFinite(magnitude)) {
                    return 0;
                }
                seen[count++] = magnitude;
            }
        }
        return count;
    }

    private static Optional<GroupedWeight> of(DenseWeight weight, float[] values, GroupLayout.Blocks layout) {
        var scales = new float[layout.count(weight.rows(), weight.columns())];
        var codes = new byte[values.length];
        for (int row = 0; row < weight.rows(); row++) {
            for (int column = 0; column < weight.columns(); column++) {
                int at = row * weight.columns() + column;
                float magnitude = Math.abs(values[at]);
                int group = layout.group(row, column, weight.columns());
                if (magnitude != 0 && scales[group] != 0 && scales[group] != magnitude) {
                    return Optional.empty();
                }
                if (magnitude != 0) {
                    scales[group] = magnitude;
                }
                codes[at] = (byte) (1 + Math.signum(values[at]));
            }
        }
        var found = new GroupedWeight(weight.rows(), weight.columns(), Codebooks.TERNARY, codes, layout,
                GroupNumbers.plain(scales, weight.dtype()), null, null);
        return same(found.toFloats(), values) ? Optional.of(found) : Optional.empty();
    }

    /** Number for number; a zero's sign is not kept. */
    private static boolean same(float[] decoded, float[] values) {
        for (int i = 0; i < values.length; i++) {
            if (decoded[i] != values[i]) {
                return false;
            }
        }
        return true;
    }
}
