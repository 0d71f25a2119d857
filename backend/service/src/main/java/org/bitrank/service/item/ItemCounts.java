package org.bitrank.service.item;

/**
 * What became of one task's items.
 *
 * @param metric the headline metric that says what is right
 * @param judged whether items are right or wrong at all
 * @param compared whether the base has records of the same items
 * @param lost right with the base, wrong with the row
 * @param gained wrong with the base, right with the row
 * @param degenerate answers of the row that say nothing, whatever was asked
 */
public record ItemCounts(String task, String metric, long items, boolean judged, boolean compared, long right, long wrong, long lost, long gained, long degenerate) {
    public long flipped() {
        return lost + gained;
    }

    public long of(Show show) {
        return switch (show) {
            case ALL -> items;
            case FLIPPED -> flipped();
            case LOST -> lost;
            case GAINED -> gained;
            case WRONG -> wrong;
            case RIGHT -> right;
            case DEGENERATE -> degenerate;
        };
    }
}
