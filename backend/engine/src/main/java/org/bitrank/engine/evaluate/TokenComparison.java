package org.bitrank.engine.evaluate;

/**
 * The model's distributions against its base's over the same positions.
 *
 * @param divergence mean KL(base || model), nats a token
 * @param topAgreement share of positions whose likeliest token is the same
 */
public record TokenComparison(long positions, double divergence, double topAgreement) {}
