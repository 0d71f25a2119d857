package org.bitrank.engine.model;

/**
 * Gain and bias of a norm.
 *
 * @param bias null where the norm has none
 */
public record NormWeights(float[] gain, float[] bias) {}
