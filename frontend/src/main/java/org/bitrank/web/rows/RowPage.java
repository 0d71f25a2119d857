package org.bitrank.web.rows;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bitrank.engine.evaluate.DegenerateAnswers;
import org.bitrank.engine.evaluate.PictureUse;
import org.bitrank.engine.evaluate.TaskStatistics;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.catalog.PublishedTables.Caveat;
import org.bitrank.service.item.ItemCounts;
import org.bitrank.service.item.Show;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.TaskEvidence;
import org.bitrank.web.board.RowName;
import org.bitrank.web.items.ItemAddress;
import org.bitrank.web.words.Figures;

/** A row as the template shows it. {@code artifact} is null where nothing was written or kept. */
record RowPage(RowDetail detail, RowName name, String verdict, List<TaskLine> tasks, List<ItemCounts> items, Artifact artifact, ResultRow base, String recipe, List<Caveat> caveats) {
    private static final int LONGEST_FACT = 90;

    public ResultRow row() {
        return detail.row();
    }

    public boolean published() {
        return row().provenance() == Provenance.PUBLISHED;
    }

    public String title() {
        return published() || row().unquantized() ? row().label() : name.whole();
    }

    public String log() {
        return String.join("\n", detail.logTail());
    }

    /** What must be known to read the row right, such as a wish of its checkpoint that was not done: not to be folded away. */
    public List<String> notes() {
        return detail.protocol().stream().filter(RowPage::isNote).map(NamedValue::value).toList();
    }

    private static boolean isNote(NamedValue fact) {
        return fact.name().equals("note");
    }

    /** What has room beside the page; the rest, mostly checksums, is folded away. */
    public List<NamedValue> shortProtocol() {
        return detail.protocol().stream().filter(fact -> !isNote(fact) && fact.value().length() <= LONGEST_FACT).toList();
    }

    public List<NamedValue> longProtocol() {
        return detail.protocol().stream().filter(fact -> !isNote(fact) && fact.value().length() > LONGEST_FACT).toList();
    }

    /** What is stored for the quantized weights; without parts where nothing is known. */
    public PriceTable price() {
        return PriceTable.of(detail);
    }

    /** Whether flips are known of any task. */
    public boolean flips() {
        return tasks.stream().anyMatch(task -> task.flips() != null);
    }

    /** Flipped items of all tasks in a sentence, or null where nothing is known. */
    public String flipped() {
        List<ItemCounts> known = items.stream().filter(counts -> counts.judged() && counts.compared()).toList();
        if (known.isEmpty()) {
            return null;
        }
        long lost = known.stream().mapToLong(ItemCounts::lost).sum();
        long gained = known.stream().mapToLong(ItemCounts::gained).sum();
        long judged = known.stream().mapToLong(counts -> counts.right() + counts.wrong()).sum();
        return "Of " + Figures.grouped(judged) + " questions, " + Figures.grouped(lost + gained) + " flipped against the base: "
                + Figures.grouped(lost) + " from right to wrong, " + Figures.grouped(gained) + " from wrong to right."
                + (lost + gained > 2 * Math.abs(gained - lost) && lost + gained >= 10 ? " The mean hides most of that, as gains and losses cancel." : "");
    }

    /** What the model made of the pictures that it was shown, or null where there were none. */
    public String pictures() {
        List<PictureUse> used = detail.evidence().stream().map(TaskEvidence::statistics).filter(Objects::nonNull)
                .map(TaskStatistics::pictures).filter(Objects::nonNull).toList();
        if (used.isEmpty()) {
            return null;
        }
        long pictures = used.stream().mapToLong(PictureUse::pictures).sum();
        long tokens = used.stream().mapToLong(PictureUse::tokens).sum();
        return "The model was shown " + Figures.count(pictures, "picture", "pictures") + " and made " + Figures.grouped(tokens)
                + " tokens of them, " + Figures.significant((double) tokens / pictures) + " each.";
    }

    /** A line for each task that left documents out for their pictures. */
    public List<String> skipped() {
        return detail.evidence().stream()
                .filter(task -> task.statistics() != null && task.statistics().skipped() != null)
                .map(task -> task.task() + ": " + Figures.count(task.statistics().skipped(), "document was", "documents were")
                        + " left out for bad pictures; the results file names them.")
                .toList();
    }

    /** @param items where they can be looked at, or null where no records are left */
    public record Degenerate(String text, String items) {}

    /** One for each task some of whose answers say nothing, as a broken model's; scores alone would not show it. */
    public List<Degenerate> degenerate() {
        Map<String, ItemCounts> counts = items.stream().collect(Collectors.toMap(ItemCounts::task, Function.identity()));
        return detail.evidence().stream()
                .filter(task -> task.statistics() != null && task.statistics().degenerate() != null && task.statistics().degenerate().total() > 0)
                .map(task -> new Degenerate(
                        degenerate(task.task(), task.statistics().degenerate()),
                        counts.containsKey(task.task()) ? ItemAddress.of(row().id(), task.task(), null, Show.DEGENERATE) : null))
                .toList();
    }

    private static String degenerate(String task, DegenerateAnswers answers) {
        var kinds = new ArrayList<String>();
        if (answers.empty() > 0) {
            kinds.add(Figures.grouped(answers.empty()) + " empty");
        }
        if (answers.repeating() > 0) {
            kinds.add(Figures.grouped(answers.repeating()) + " repeating one piece to the end");
        }
        if (answers.same() > 0) {
            kinds.add(Figures.grouped(answers.same()) + " the same to nearly everything (“" + answers.common() + "”)");
        }
        return task + ": " + Figures.grouped(answers.total()) + " of " + Figures.count(answers.answers(), "answer is", "answers are")
                + " degenerate: " + String.join(", ", kinds) + ".";
    }

    /** The board among whose rows this one stands. */
    public String boardAddress() {
        return published() ? "/?provenance=published" : "/#row-" + row().id();
    }
}
