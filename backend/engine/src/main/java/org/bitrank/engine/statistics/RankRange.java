package org.bitrank.engine.statistics;

/** The places that a row may hold: {@code 5–7} where it cannot be told from its neighbours. */
public record RankRange(int best, int worst) {
    public boolean isTied() {
        return best != worst;
    }

    @Override
    public String toString() {
        return isTied() ? best + "–" + worst : Integer.toString(best);
    }
}
