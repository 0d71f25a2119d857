package org.bitrank.web.submit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.service.run.QueueView;
import org.bitrank.service.run.RunView;
import org.bitrank.service.submission.Receipt;
import org.bitrank.web.words.Figures;

/**
 * What stands at the form's side while it is filled in.
 *
 * @param unknown why the size is not known yet; null where it is
 * @param known the earlier submission of the same recipe, or null
 * @param problems what would be refused, by field
 */
record Estimate(
        String bits, String size, String saved, String unknown, String duration, int place, String label, Long known, Long row, Map<String, String> problems) {
    static Estimate of(Recipe recipe, SizeEstimate.Size size, QueueView queue, Receipt receipt) {
        boolean before = receipt.outcome() == Receipt.Outcome.KNOWN || receipt.outcome() == Receipt.Outcome.UNDER_WAY;
        return new Estimate(
                size == null ? null : Figures.fixed(size.bits(), 2),
                size == null ? null : Figures.bytes(size.bytes()),
                size == null ? null : Figures.percent(1 - (double) size.bytes() / size.original(), 0),
                size == null ? unknown(recipe) : null,
                duration(recipe, queue),
                queue.running().size() + queue.waiting().size() + 1,
                recipe.naming().named(MethodRegistry.get(recipe.method()).title()).text(),
                before ? receipt.submissionId() : null,
                receipt.rowId(),
                Map.of());
    }

    private static String unknown(Recipe recipe) {
        return SizeEstimate.follows(recipe) ? "The size is known once the model is on this server." : "The size is known once the weights are coded: it depends on them.";
    }

    static Estimate refused(Map<String, String> problems) {
        return new Estimate(null, null, null, null, null, 0, null, null, null, problems);
    }

    /** As long as the latest runs of this model took. */
    private static String duration(Recipe recipe, QueueView queue) {
        List<RunView> alike = queue.finished().stream()
                .filter(run -> run.model().equals(recipe.model()) && run.method().equals(recipe.method()) && run.startedAt() != null && run.finishedAt() != null).toList();
        if (alike.isEmpty()) {
            return null;
        }
        long seconds = alike.stream().mapToLong(run -> Duration.between(run.startedAt(), run.finishedAt()).toSeconds()).sum() / alike.size();
        return Figures.duration(Duration.ofSeconds(seconds));
    }
}
