package org.bitrank.engine.weights;

/**
 * The scales under which a checkpoint wants the keys and values of one block kept in float8 E4M3: {@code scale · e4m3(x / scale)},
 * beyond the largest number the largest.
 */
public record KeyValueScales(float key, float value) {}
