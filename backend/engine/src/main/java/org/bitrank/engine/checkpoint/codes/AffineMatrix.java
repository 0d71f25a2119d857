package org.bitrank.engine.checkpoint.codes;

import java.util.Locale;
import java.util.Optional;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;

/** What most layouts ask of a matrix before they can hold it: integers in groups along the rows. */
public final class AffineMatrix {
    private AffineMatrix() {}

    /** Why a matrix is not integers of so many bits in equal groups along the rows with plain scales; empty where it is. */
    public static Optional<String> refusal(QuantizedWeight weight, int minimumBits, int maximumBits) {
        if (!(weight instanceof GroupedWeight grouped)) {
            return Optional.of("it stores codes in groups only, and this is a matrix of its own kind (" + kind(weight) + ")");
        }
        if (!(grouped.grid() instanceof AffineGrid grid)) {
            return Optional.of("it stores integer grids only, not " + grouped.grid());
        }
        if (grid.bits() < minimumBits || grid.bits() > maximumBits) {
            return Optional.of("it has no codes of %d bits".formatted(grid.bits()));
        }
        if (!grouped.grouped()) {
            return Optional.of("it stores groups along the rows only");
        }
        if (grouped.offsets() != null) {
            return Optional.of("it has no offsets beside scales and zero points");
        }
        if (!(grouped.scales() instanceof GroupNumbers.Plain)) {
            return Optional.of("it stores plain scales only");
        }
        if (grouped.columns() % grouped.groupSize() != 0) {
            return Optional.of("it has no shorter last group: %d columns do not divide by %d".formatted(grouped.columns(), grouped.groupSize()));
        }
        if (grid.symmetric() != (grouped.zeros() == null)) {
            throw new IllegalArgumentException("zero points belong to asymmetric grids");
        }
        return Optional.empty();
    }

    /** What a matrix is, in words: {@code partly binary}. */
    static String kind(QuantizedWeight weight) {
        return weight.getClass().getSimpleName().replaceFirst("(Weight|Matrix)$", "").replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase(Locale.ROOT);
    }

    /** Why the zero points are not codes of the grid; empty where they are, or there are none. */
    public static Optional<String> unwholeZeros(GroupedWeight weight) {
        int largest = ((AffineGrid) weight.grid()).maximumCode();
        for (int i = 0; weight.zeros() != null && i < weight.zeros().length; i++) {
            float zero = weight.zeros()[i];
            if (zero < 0 || zero > largest || zero != (int) zero) {
                return Optional.of("it stores whole zero points from 0 to %d, not %s".formatted(largest, zero));
            }
        }
        return Optional.empty();
    }
}
