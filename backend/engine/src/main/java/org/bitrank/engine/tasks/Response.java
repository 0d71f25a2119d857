package org.bitrank.engine.tasks;

/** A model's answer to a {@link Request}. */
public sealed interface Response {
    /**
     * To {@link Request.LogLikelihood} and {@link Request.Rolling}.
     *
     * @param greedy every token of the continuation is the likeliest one; without meaning for rolling
     */
    record Scored(double logLikelihood, boolean greedy) implements Response {}

    /** To {@link Request.Generate}. */
    record Generated(String text) implements Response {}

    /**
     * To {@link Request.Windows}: one for each window, in order.
     *
     * @param tokens predictions scored in the window: its length less one
     */
    record Window(int tokens, double meanNll) implements Response {}
}
