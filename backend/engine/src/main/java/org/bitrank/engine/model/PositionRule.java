package org.bitrank.engine.model;

/** How a family tells tokens' places apart. */
sealed interface PositionRule {
    /**
     * Queries and keys are turned.
     *
     * @param part of each head that turns where the config does not say; 0 means that the family knows no parts
     */
    record Rotary(double part) implements PositionRule {
        static final Rotary WHOLE = new Rotary(0);
    }

    /** A table of vectors that are added to the embeddings. @param offset row of the first token */
    record Learned(int offset) implements PositionRule {}

    /** Scores lose by distance (Press et al., arXiv 2108.12409). */
    record LinearBias() implements PositionRule {
        /** Geometric: from 2^(-8/n) by the same factor; heads beyond a power of two take every second of the next one's. */
        float[] slopes(int heads) {
            int power = Integer.highestOneBit(heads);
            var slopes = new float[heads];
            for (int head = 0; head < heads; head++) {
                slopes[head] = head < power ? slope(power, head + 1) : slope(2 * power, 2 * (head - power) + 1);
            }
            return slopes;
        }

        private static float slope(int heads, int exponent) {
            return (float) Math.pow(2, -8.0 * exponent / heads);
        }
    }
}
