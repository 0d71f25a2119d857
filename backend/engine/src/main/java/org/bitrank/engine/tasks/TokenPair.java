package org.bitrank.engine.tasks;

/** A context and the tokens to be scored after it. */
public record TokenPair(int[] context, int[] continuation) {
    public int length() {
        return context.length + continuation.length;
    }

    /** Both in one, or only the last {@code limit} tokens where there are more. */
    public int[] lastTokens(int limit) {
        var tokens = new int[Math.min(length(), limit)];
        int dropped = length() - tokens.length;
        for (int i = 0; i < tokens.length; i++) {
            int at = i + dropped;
            tokens[i] = at < context.length ? context[at] : continuation[at - context.length];
        }
        return tokens;
    }
}
