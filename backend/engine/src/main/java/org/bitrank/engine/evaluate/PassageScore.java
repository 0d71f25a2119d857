package org.bitrank.engine.evaluate;

/**
 * What the model says of one passage.
 *
 * @param logLikelihood sum over the scored tokens, natural logarithm
 * @param tokens how many were scored
 * @param greedy whether each of them was the model's likeliest
 * @param agreement with the base, or null without one
 */
record PassageScore(double logLikelihood, int tokens, boolean greedy, BaseAgreement agreement) {
    /** The score of both parts of a passage. */
    PassageScore plus(PassageScore rest) {
        return new PassageScore(
                logLikelihood + rest.logLikelihood,
                tokens + rest.tokens,
                greedy && rest.greedy,
                agreement == null ? null : agreement.plus(rest.agreement));
    }
}
