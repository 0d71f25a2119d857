package org.bitrank.web.board;

import java.util.List;
import org.bitrank.service.leaderboard.SortColumn;

/**
 * A heading that sorts.
 *
 * @param more what only wide screens have room for
 * @param sort value of {@code aria-sort}, or null when the table is sorted by something else
 * @param address the same view sorted by this column, or the other way round when it is already
 */
record Column(String name, String heading, String more, String title, String sort, String address, boolean left, boolean wideOnly) {
    private record Known(SortColumn column, String heading, String title, boolean bestIsLarge, boolean left, boolean wideOnly) {}

    private static final List<Known> KNOWN = List.of(
            new Known(SortColumn.RANK, "Rank", "Rows that cannot be told apart at 5 % share a range of ranks", false, false, false),
            new Known(SortColumn.LABEL, "Recipe", "Method, bits, group and options", false, true, false),
            new Known(SortColumn.PERPLEXITY, "Perplexity", "Of the suite's first text; lower is better", false, false, true),
            new Known(SortColumn.ACCURACY, "Accuracy %", "Mean of the suite's tasks with right and wrong answers", true, false, true),
            new Known(SortColumn.DIFFERENCE, "Loss to base", "Paired difference to the unquantized base on the same items, with its 95 % interval", false, false, false),
            new Known(SortColumn.RECOVERY, "Recovery %", "What is kept of the base's quality", true, false, true),
            new Known(SortColumn.DIVERGENCE, "KL", "Mean Kullback-Leibler divergence to the base over the suite's text, nats a token; pictures are not in it", false, false, true),
            new Known(SortColumn.AGREEMENT, "Same top-1 %", "Positions of the suite's text where the base's first choice is also this row's; pictures are not in it", true, false, true),
            new Known(SortColumn.EFFECTIVE_BITS, "Bits", "What the file holds for each quantized weight, and the number in the name; bar and tick: the same drawn", false, false, false),
            new Known(SortColumn.BYTES, "MB", "Weights in the file, 1 MB = 1 000 000 bytes", false, false, true),
            new Known(SortColumn.DECODE, "Decode tok/s", "Tokens generated a second, one sequence", true, false, true));

    static List<Column> of(BoardAddress address, String lossUnit) {
        return KNOWN.stream().map(known -> {
            String more = switch (known.column) {
                case DIFFERENCE -> lossUnit;
                default -> "";
            };
            return column(address, known.column.label(), known.heading, more, known.title, known.bestIsLarge, known.left, known.wideOnly);
        }).toList();
    }

    static Column column(BoardAddress address, String name, String heading, String more, String title, boolean bestIsLarge, boolean left, boolean wideOnly) {
        boolean here = address.query().sort().equals(name);
        boolean descending = here ? !address.query().descending() : bestIsLarge;
        String sort = !here ? null : address.query().descending() ? "descending" : "ascending";
        return new Column(name, heading, more, title, sort, "/" + address.sorted(name, descending).text(), left, wideOnly);
    }

    public String arrow() {
        return sort == null ? "" : sort.equals("ascending") ? "\u00a0↑" : "\u00a0↓";
    }
}
