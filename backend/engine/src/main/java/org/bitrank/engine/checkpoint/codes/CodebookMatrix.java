package org.bitrank.engine.checkpoint.codes;

import java.util.Optional;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;

/** What layouts of fixed levels ask of a matrix before they can hold it. */
public final class CodebookMatrix {
    private CodebookMatrix() {}

    /** Why a matrix has not these levels under scales of this kind; empty where it has. */
    public static Optional<String> refusal(QuantizedWeight weight, CodebookGrid grid, Class<? extends GroupNumbers> scales) {
        if (!(weight instanceof GroupedWeight grouped)) {
            return Optional.of("it stores codes in groups only, and this is a matrix of its own kind (" + AffineMatrix.kind(weight) + ")");
        }
        if (!grid.equals(grouped.grid())) {
            return Optional.of("it stores " + grid + " only, not " + grouped.grid());
        }
        if (!scales.isInstance(grouped.scales())) {
            return Optional.of("its scales are " + scales.getSimpleName() + ", not " + grouped.scales().getClass().getSimpleName());
        }
        if (grouped.offsets() != null) {
            return Optional.of("it has no offsets beside scales");
        }
        return Optional.empty();
    }

    /** The same with a scale for every so many neighbouring columns. */
    public static Optional<String> refusal(QuantizedWeight weight, CodebookGrid grid, Class<? extends GroupNumbers> scales, int groupSize) {
        return refusal(weight, grid, scales).or(() -> {
            boolean fits = ((GroupedWeight) weight).layout().equals(new GroupLayout.AlongColumns(groupSize)) && weight.columns() % groupSize == 0;
            return fits ? Optional.empty() : Optional.of("its groups are %d neighbouring columns, of which rows are a multiple".formatted(groupSize));
        });
    }
}
