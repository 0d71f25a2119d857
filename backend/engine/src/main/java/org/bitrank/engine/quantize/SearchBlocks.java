package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.List;

/**
 * Q-VLM's rule for cutting a row of layers into blocks that are searched jointly. A layer whose entropy reaches the mean of
 * those before it opens a block, and so does the one behind a full block.
 */
final class SearchBlocks {
    private final int most;
    private double sum;
    private long seen;

    /** @param most layers of one block */
    SearchBlocks(int most) {
        this.most = most;
    }

    /**
     * Cuts the next run of layers, which a block does not reach beyond; the mean goes on over all runs.
     *
     * @param entropies of the layers, in the order they run
     * @return the number of the first layer of every block
     */
    List<Integer> cut(double[] entropies) {
        var starts = new ArrayList<Integer>();
        for (int layer = 0; layer < entropies.length; layer++) {
            boolean full = !starts.isEmpty() && layer - starts.getLast() == most;
            if (layer == 0 || full || entropies[layer] >= sum / seen) {
                starts.add(layer);
            }
            sum += entropies[layer];
            seen++;
        }
        return starts;
    }
}
