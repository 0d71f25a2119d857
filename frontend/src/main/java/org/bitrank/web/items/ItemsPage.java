package org.bitrank.web.items;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.service.item.ItemCounts;
import org.bitrank.service.item.ItemPage;
import org.bitrank.service.item.Show;
import org.bitrank.web.words.Figures;

/**
 * The explorer as the template shows it.
 *
 * @param other the row that is compared with in words, or null for the base
 */
record ItemsPage(ItemAddress address, String model, String title, String other, ItemPage items, List<Choice> choices, List<Task> tasks, List<ItemCard> cards) {
    /** @param address null where it would show nothing */
    record Choice(String words, long count, String address, boolean here) {}

    record Task(String name, String label, boolean here) {}

    static ItemsPage of(ItemAddress address, String model, String title, String other, ItemPage items, List<String> tasks) {
        return new ItemsPage(
                address, model, title, other, items, choices(address, items.counts()),
                tasks.stream().map(task -> new Task(task, task, task.equals(address.query().task()))).toList(),
                items.items().stream().map(item -> ItemCard.of(item, other == null ? "the base" : "the other")).toList());
    }

    private static List<Choice> choices(ItemAddress address, ItemCounts counts) {
        var choices = new ArrayList<Choice>();
        for (Show show : Show.values()) {
            long count = counts.of(show);
            boolean here = address.query().show() == show;
            if (here || offered(show, counts)) {
                choices.add(new Choice(words(show), count, count == 0 && !here ? null : address.with(show).text(), here));
            }
        }
        return choices;
    }

    private static boolean offered(Show show, ItemCounts counts) {
        return switch (show) {
            case ALL -> true;
            case FLIPPED, LOST, GAINED -> counts.judged() && counts.compared();
            case WRONG, RIGHT -> counts.judged();
            case DEGENERATE -> counts.degenerate() > 0;
        };
    }

    private static String words(Show show) {
        return switch (show) {
            case ALL -> "All";
            case FLIPPED -> "Flipped";
            case LOST -> "Right → wrong";
            case GAINED -> "Wrong → right";
            case WRONG -> "Wrong";
            case RIGHT -> "Right";
            case DEGENERATE -> "Degenerate";
        };
    }

    public String verdict() {
        ItemCounts counts = items.counts();
        if (windows()) {
            return Figures.count(counts.items(), "window", "windows") + " of one text.";
        }
        if (!counts.judged()) {
            return Figures.count(counts.items(), "item", "items") + ", none of which is right or wrong: the task adds up figures.";
        }
        String right = answered(counts);
        return counts.compared()
                ? right + ". Against " + (other == null ? "the base" : other) + " " + Figures.grouped(counts.flipped()) + " flipped: " + Figures.grouped(counts.lost())
                        + " from right to wrong, " + Figures.grouped(counts.gained()) + " from wrong to right."
                : right + ". The base was not measured in this way yet, so that nothing can be said of flips.";
    }

    /** Of tasks that ask one thing several ways, a group of items is right or wrong as a whole. */
    static String answered(ItemCounts counts) {
        String items = Figures.count(counts.items(), "item", "items");
        String metric = " answered rightly (" + counts.metric().replace('_', ' ') + ")";
        long judged = counts.right() + counts.wrong();
        return judged == counts.items()
                ? items + ", " + Figures.grouped(counts.right()) + metric
                : items + " in " + Figures.count(judged, "group", "groups") + ", each right or wrong as a whole: " + Figures.grouped(counts.right()) + " of the groups" + metric;
    }

    /** Whether the items are windows of a text, which need no cards. */
    public boolean windows() {
        return !cards.isEmpty() && items.items().getFirst().prompt() == null;
    }

    /** Whether the model writes its answers, rather than choosing among texts. */
    public boolean written() {
        return !cards.isEmpty() && cards.stream().allMatch(card -> card.value() != null);
    }

    public int pages() {
        return (int) ((items.total() + address.query().size() - 1) / address.query().size());
    }

    public String previous() {
        return address.query().page() == 0 ? null : address.paged(address.query().page() - 1).text();
    }

    public String next() {
        return address.query().page() + 1 >= pages() ? null : address.paged(address.query().page() + 1).text();
    }
}
