package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.kernels.Backend;

/** A {@linkplain QuantizationMethod#prepare preparation} going over the blocks of one part of a model, in order; it may remember those it has seen. */
@FunctionalInterface
public interface Preparation {
    /** @param weights how the block's weights are going to be coded */
    void prepare(BlockPreparation block, WeightSettings weights, Backend backend);
}
