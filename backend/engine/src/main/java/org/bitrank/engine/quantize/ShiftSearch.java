package org.bitrank.engine.quantize;

import java.util.Arrays;
import org.bitrank.engine.weights.Codebooks;

/** ICQ's search for the shift of one NF4 block: around the median, for the largest entropy of the codes of {@code w - shift}. */
final class ShiftSearch {
    /** The deviation of the normal distribution whose outermost quantile NF4 takes as 1: {@code 1 / probit(0.9677083)}. */
    private static final double DEVIATION = 0.5410872;

    private static final float[] BORDERS = borders();

    private final InformationCalibration.Options options;
    private final Entropy ofWholeBlocks;
    private final int blockSize;

    ShiftSearch(InformationCalibration.Options options, int blockSize) {
        this.options = options;
        this.ofWholeBlocks = new Entropy(blockSize);
        this.blockSize = blockSize;
    }

    private static float[] borders() {
        float[] levels = Codebooks.NF4.levels();
        var borders = new float[levels.length - 1];
        for (int i = 0; i < borders.length; i++) {
            borders[i] = (levels[i] + levels[i + 1]) / 2;
        }
        return borders;
    }

    /** The shift of {@code weights[from .. to - 1]}; of equal ones the lowest. */
    float best(float[] weights, int from, int to) {
        float[] sorted = Arrays.copyOfRange(weights, from, to);
        Arrays.sort(sorted);
        int size = sorted.length;
        float median = sorted[(size - 1) / 2];
        float reach = Math.max(sorted[size - 1] - median, median - sorted[0]);
        var entropy = size == blockSize ? ofWholeBlocks : new Entropy(size);
        var counts = new int[BORDERS.length + 1];
        // How many weights lie at or below each border; they hardly move from one candidate to the next.
        var below = new int[BORDERS.length];
        int steps = options.stepsOrUsual();
        double largest = Double.NEGATIVE_INFINITY;
        float best = median;
        for (int step = -steps; step <= steps; step++) {
            float shift = (float) (options.searchRange() * DEVIATION * step / steps) * reach + median;
            float inverse = BlockFloat.inverse(Math.max(sorted[size - 1] - shift, shift - sorted[0]));
            int last = 0;
            for (int border = 0; border < below.length; border++) {
                int count = below[border];
                while (count < size && (sorted[count] - shift) * inverse <= BORDERS[border]) {
                    count++;
                }
                while (count > 0 && (sorted[count - 1] - shift) * inverse > BORDERS[border]) {
                    count--;
                }
                below[border] = count;
                counts[border] = count - last;
                last = count;
            }
            counts[below.length] = size - last;
            double found = entropy.of(counts);
            if (found > largest) {
                largest = found;
                best = shift;
            }
        }
        return best;
    }
}
