package org.bitrank.engine.evaluate;

/**
 * What the model says of one passage.
 *
 * @param logLikelihood sum over the scored tokens, natural logarithm
 * @param tokens how many were scored
 * @param greedy whether each of them was the model's likeliest
 * @param divergence sum of KL(base || model) over the scored positions, or null without a base
 * @param agreements positions whose likeliest token is also the base's, or null without a base
 */
record PassageScore(double logLikelihood, int tokens, boolean greedy, Double divergence, Integer agreements) {}
