package org.bitrank.engine.model;

/**
 * How keys and values are quantized as they enter the cache: integers with scales found for each token and group.
 *
 * @param groupSize neighbouring elements that share a scale; 0 is one head
 * @param clipRatio share of the range that is kept
 */
public record KeyValueScheme(int bits, int groupSize, boolean symmetric, double clipRatio) {}
