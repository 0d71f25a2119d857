package org.bitrank.engine.gguf;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;

/**
 * Blocks that mean exactly what another weight means: an integer times a float16 scale that 32 (or, for ternary numbers, 256)
 * neighbours share. The smallest type whose range holds all integers of the matrix is taken: TQ1_0, Q4_0, Q5_0, Q8_0. Where the
 * zero point differs from group to group, the integers are what is left after it was subtracted, so four-bit codes with zero
 * points need five bits here.
 */
public final class ExactBlocks {
    private static final int SMALL = 32;
    private static final int LARGE = 256;

    private final GroupedWeight weight;
    private final float[] scales;
    private final int groupSize;
    private final int groups;

    private ExactBlocks(GroupedWeight weight, int groupSize) {
        this.weight = weight;
        this.scales = weight.scales().values();
        this.groupSize = groupSize;
        this.groups = GroupLayout.perRow(weight.columns(), groupSize);
    }

    /** Why there are none, to follow "because"; empty where there are. */
    public static Optional<String> refusal(QuantizedWeight weight) {
        if (weight instanceof GgufBlocks) {
            return Optional.empty();
        }
        if (!(weight instanceof GroupedWeight grouped) || !(grouped.grid() instanceof AffineGrid) || grouped.offsets() != null) {
            return Optional.of("GGUF's blocks hold integers times a scale only");
        }
        if (!(grouped.layout() instanceof GroupLayout.AlongColumns along)) {
            return Optional.of("its groups are not runs of neighbouring columns");
        }
        int size = Math.min(along.size(), grouped.columns());
        if (grouped.columns() % SMALL != 0 || size % SMALL != 0) {
            return Optional.of("its groups of %d columns, in rows of %d, are no multiple of GGUF's 32".formatted(size, grouped.columns()));
        }
        var exact = new ExactBlocks(grouped, size);
        if (!exact.halves()) {
            return Optional.of("its scales are not float16 numbers");
        }
        if (!exact.integerZeros()) {
            return Optional.of("its zero points are not integers");
        }
        return exact.type() == null ? Optional.of("its codes reach farther from their zero points than 128 steps") : Optional.empty();
    }

    /** The blocks of a weight that is not {@linkplain #refusal refused}. */
    public static GgufBlocks of(QuantizedWeight weight) {
        if (weight instanceof GgufBlocks blocks) {
            return blocks;
        }
        var grouped = (GroupedWeight) weight;
        return new ExactBlocks(grouped, Math.min(((GroupLayout.AlongColumns) grouped.layout()).size(), grouped.columns())).blocks();
    }

    private boolean halves() {
        for (float scale : scales) {
            if (Float.float16ToFloat(Float.floatToFloat16(scale)) != scale) {
                return false;
            }
        }
        return true;
    }

    private boolean integerZeros() {
        float[] zeros = weight.zeros();
        for (int i = 0; zeros != null && i < zeros.length; i++) {
            if (zeros[i] != Math.rint(zeros[i])) {
                return false;
            }
        }
        return true;
    }

    private int group(int at) {
        return at / weight.columns() * groups + at % weight.columns() / groupSize;
    }

    private int level(int at) {
        float zero = weight.zeros() == null ? ((AffineGrid) weight.grid()).middle() : weight.zeros()[group(at)];
        return (weight.codes()[at] & 0xFF) - (int) zero;
    }

    /** The smallest that holds every level, or null. */
    private GgufType type() {
        int least = 0;
        int most = 0;
        for (int at = 0; at < weight.codes().length; at++) {
            int level = level(at);
            least = Math.min(least, level);
            most = Math.max(most, level);
        }
        if (least >= -1 && most <= 1 && weight.columns() % LARGE == 0 && groupSize % LARGE == 0) {
            return GgufType.TQ1_0;
        }
        if (least >= -8 && most <= 7) {
            return GgufType.Q4_0;
        }
        if (least >= -16 && most <= 15) {
            return GgufType.Q5_0;
        }
        return least >= -128 && most <= 127 ? GgufType.Q8_0 : null;
    }

    private GgufBlocks blocks() {
        GgufType type = type();
        int size = type.blockElements();
        int count = weight.codes().length / size;
        var data = new byte[Math.multiplyExact(count, type.blockBytes())];
        var levels = new int[size];
        for (int block = 0; block < count; block++) {
            for (int i = 0; i < size; i++) {
                levels[i] = level(block * size + i);
            }
            pack(type, levels, scales[group(block * size)], data, block * type.blockBytes());
        }
        return new GgufBlocks(type, weight.rows(), weight.columns(), MemorySegment.ofArray(data));
    }

    private static void pack(GgufType type, int[] levels, float scale, byte[] data, int at) {
        switch (type.codec()) {
            case ByteBlock block -> block.pack(levels, scale, data, at);
            case NibbleBlock block -> block.pack(shifted(levels, 1 << block.bits() - 1), scale, data, at);
            case TernaryBlock block -> block.pack(shifted(levels, 1), scale, data, at);
            default -> throw new IllegalStateException("no exact " + type);
        }
    }

    private static int[] shifted(int[] levels, int by) {
        for (int i = 0; i < levels.length; i++) {
            levels[i] += by;
        }
        return levels;
    }
}
