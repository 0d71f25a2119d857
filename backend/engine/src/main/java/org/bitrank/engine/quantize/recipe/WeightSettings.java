package org.bitrank.engine.quantize.recipe;

import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.bitrank.kernels.DType;
import org.hipparchus.util.ArithmeticUtils;

/**
 * How weights are coded.
 *
 * @param groupSize columns that share a scale; {@link #CHANNEL}: the whole row
 * @param symmetric the zero point is the middle code and is not stored
 * @param scaleType the type in which scales are stored; codes are chosen against the rounded scale
 */
public record WeightSettings(
        @Option(
                        help = "Kind of grid: int is uniform integers, float is small floating-point numbers, levels is a table.",
                        defaultValue = "int")
                Type type,
        @Option(help = "Bits of one code.", defaultValue = "4", minimum = 1, maximum = 8) int bits,
        @Option(
                        help = "Input columns that share a scale; channel: the whole row.",
                        defaultValue = "128",
                        minimum = 1,
                        maximum = 1048576,
                        words = "channel=-1")
                int groupSize,
        @Option(help = "Fix the zero point at the middle code and don't store it.", defaultValue = "false")
                boolean symmetric,
        @Option(help = "Type in which scales are stored.", defaultValue = "float16") ScaleType scaleType) {
    /** The group size of a scale for the whole row. */
    public static final int CHANNEL = -1;

    /** Smaller groups than this part of the asked size would cost more for their scales than they are worth. */
    private static final long SMALLEST_SHARE = 4;

    /** Kinds of grid. */
    public enum Type {
        INT,
        FLOAT,
        LEVELS;

        /** The settings of a method that has this kind of grid only. */
        public OptionsSchema<WeightSettings> schema() {
            return OptionsSchema.of(WeightSettings.class).fixed("type", name().toLowerCase(Locale.ROOT));
        }
    }

    /** Types of stored scales. */
    public enum ScaleType {
        FLOAT16(DType.FLOAT16),
        BFLOAT16(DType.BFLOAT16),
        FLOAT32(DType.FLOAT32);

        private final DType dtype;

        ScaleType(DType dtype) {
            this.dtype = dtype;
        }

        public DType dtype() {
            return dtype;
        }
    }

    public WeightSettings withGroupSize(int size) {
        return new WeightSettings(type, bits, size, symmetric, scaleType);
    }

    /** For methods with an option {@code granularity}, beside which a group size may contradict it. */
    public void checkGranularity(boolean groups, List<RecipeProblem> problems) {
        if (groups == (groupSize == CHANNEL)) {
            problems.add(new RecipeProblem(
                    "weights.group-size",
                    groups ? "must be a number where options.granularity is group" : "must be channel unless options.granularity is group"));
        }
    }

    /**
     * The group size used for rows of {@code columns}: the asked one where it divides them, otherwise the largest divisor
     * below it, because no reader of compressed-tensors takes a shorter last group. Where that divisor is under a quarter of
     * what was asked (columns with few divisors), or the row is narrower than one group, the whole row is one group.
     */
    public int groupSizeFor(int columns) {
        if (groupSize == CHANNEL || groupSize >= columns) {
            return columns;
        }
        for (int size = groupSize; SMALLEST_SHARE * size >= groupSize; size--) {
            if (columns % size == 0) {
                return size;
            }
        }
        return columns;
    }

    /**
     * One group size for a model whose layers have these widths: the asked one where it divides all that are wider than it,
     * otherwise the largest that does, down to a quarter of it. Only where there is none do widths get sizes of their own
     * ({@link #groupSizeFor}): readers exist that take a single scheme for a whole model.
     */
    public WeightSettings fittedTo(Collection<Integer> widths) {
        int common = 0;
        for (int width : widths) {
            common = width > groupSize ? ArithmeticUtils.gcd(common, width) : common;
        }
        if (groupSize == CHANNEL || common == 0) {
            return this;
        }
        for (int size = groupSize; SMALLEST_SHARE * size >= groupSize; size--) {
            if (common % size == 0) {
                return withGroupSize(size);
            }
        }
        return this;
    }
}
