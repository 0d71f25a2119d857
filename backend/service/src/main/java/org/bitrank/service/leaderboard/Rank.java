package org.bitrank.service.leaderboard;

/**
 * Where a row stands among the rows of its model measured in exactly its way. Two rows are told apart as
 * {@link org.bitrank.engine.statistics.RankGroups} does it; {@code low} counts the rows surely better, {@code high} also those that
 * can't be told apart.
 *
 * @param of rows in the group, the base not counted
 */
public record Rank(int low, int high, int of) {
    @Override
    public String toString() {
        return low == high ? Integer.toString(low) : low + "–" + high;
    }
}
