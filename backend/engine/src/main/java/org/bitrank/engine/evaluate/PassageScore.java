package org.bitrank.engine.evaluate;

/**
 * What the model says of one passage.
 *
 * @param logLikelihood sum over the scored tokens, natural logarithm
 * @param tokens how many were scored
 * @param greedy whether each of them was the model's likeliest
 * @param agreement with the base, or null without one
 */
record PassageScore(double logLikelihood, int tokens, boolean greedy, BaseAgreement agreement) {}
