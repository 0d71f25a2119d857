package org.bitrank.engine.weights;

/**
 * The waist of the hourglass: every method produces it, every reader yields it, every writer takes it. Most are a
 * {@link GroupedWeight}; a kind that codes and groups cannot say (masks, residuals, transforms) is a class of its own.
 */
public non-sealed interface QuantizedWeight extends Weight {
    /** Bits of one code, the number in a method's name; the mean where the codes of a matrix differ in width. */
    double nominalBits();
}
