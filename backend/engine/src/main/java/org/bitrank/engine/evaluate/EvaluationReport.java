package org.bitrank.engine.evaluate;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.measure.Speed;

/**
 * What a model came to.
 *
 * @param base the checkpoint it was compared with, or null
 * @param groups numbers over several of the tasks, inner groups before outer ones
 * @param speed null where it was not asked for
 * @param peakMemoryBytes the process's peak resident memory from loading the model to the end, what the process holds besides included; 0 where the
 *     system does not tell
 */
public record EvaluationReport(
        ModelFacts model,
        ModelFacts base,
        List<TaskReport> tasks,
        List<GroupReport> groups,
        Speed speed,
        Instant started,
        double seconds,
        long peakMemoryBytes,
        String engineVersion) {
    /** What the model ran for all tasks together; the base ran as much again. */
    public ForwardTokens forward() {
        return tasks.stream().map(TaskReport::forward).reduce(new ForwardTokens(0, 0), ForwardTokens::plus);
    }

    /** Every picture that an item shows, once, in the order of the items. */
    public Set<ImageSource> pictures() {
        var pictures = new LinkedHashSet<ImageSource>();
        for (TaskReport task : tasks) {
            for (ItemReport item : task.items()) {
                item.item().requests().forEach(request -> pictures.addAll(request.images()));
            }
        }
        return pictures;
    }
}
