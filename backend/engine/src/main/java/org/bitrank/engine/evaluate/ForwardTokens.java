package org.bitrank.engine.evaluate;

/**
 * How much a task made a model run. A plain harness is one that runs every distinct sequence of tokens by itself and pads
 * none; lm-evaluation-harness does so at best, running one-token answers to one question once.
 *
 * @param run tokens that went through the model
 * @param plain tokens that a plain harness would run for the same requests
 */
public record ForwardTokens(long run, long plain) {
    /** {@code run / plain}; 1 where there was nothing to run. */
    public double share() {
        return plain == 0 ? 1 : (double) run / plain;
    }

    ForwardTokens plus(ForwardTokens other) {
        return new ForwardTokens(run + other.run, plain + other.plain);
    }
}
