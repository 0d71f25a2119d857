package org.bitrank.engine.evaluate;

/**
 * Tokens of which the last {@code scored} are predicted, each from all before it.
 *
 * @param tokens context, then continuation
 * @param scored length of the continuation; at least one token stands before it
 */
record Passage(int[] tokens, int scored) {
    Passage {
        if (scored < 1 || scored >= tokens.length) {
            throw new IllegalArgumentException(scored + " scored of " + tokens.length + " tokens");
        }
    }

    int contextLength() {
        return tokens.length - scored;
    }
}
