package org.bitrank.engine.model;

/**
 * Which experts each token of a batch goes to. Tokens lie expert after expert in a table with a row for every visit; a
 * token's visits are in the order of the experts' numbers, so that its sum is the same in every batch.
 *
 * @param tokens the token of each row of the table
 * @param first row of each expert's first visit, and the number of rows behind the last
 * @param places for each token in turn, the rows of its visits
 * @param weights of the same
 */
record Routing(int[] tokens, int[] first, int[] places, float[] weights) {
    /** @param scores {@code [T, experts]} */
    static Routing of(float[] scores, int experts, int visits) {
        int count = scores.length / experts;
        var chosen = new int[count * visits];
        var weights = new float[count * visits];
        var first = new int[experts + 1];
        for (int token = 0; token < count; token++) {
            choose(scores, token * experts, experts, visits, chosen, weights, token * visits);
            for (int visit = 0; visit < visits; visit++) {
                first[chosen[token * visits + visit] + 1]++;
            }
        }
        for (int expert = 0; expert < experts; expert++) {
            first[expert + 1] += first[expert];
        }
        var next = first.clone();
        var tokens = new int[chosen.length];
        var places = new int[chosen.length];
        for (int i = 0; i < chosen.length; i++) {
            places[i] = next[chosen[i]]++;
            tokens[places[i]] = i / visits;
        }
        return new Routing(tokens, first, places, weights);
    }

    /** The best experts in the order of their numbers, and the softmax of their scores; the first of equals wins. */
    private static void choose(float[] scores, int from, int experts, int visits, int[] chosen, float[] weights, int to) {
        int found = 0;
        double total = 0;
        double largest = Double.NEGATIVE_INFINITY;
        for (int expert = 0; expert < experts; expert++) {
            float score = scores[from + expert];
            int better = 0;
            for (int other = 0; other < experts; other++) {
                float rival = scores[from + other];
                better += rival > score || rival == score && other < expert ? 1 : 0;
            }
            if (better < visits) {
                chosen[to + found++] = expert;
                largest = Math.max(largest, score);
            }
        }
        for (int i = to; i < to + found; i++) {
            total += Math.exp(scores[from + chosen[i]] - largest);
        }
        for (int i = to; i < to + found; i++) {
            weights[i] = (float) (Math.exp(scores[from + chosen[i]] - largest) / total);
        }
    }

    int firstOf(int expert) {
        return first[expert];
    }
}
