package org.bitrank.service.run;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.engine.evaluate.EvaluationReport;
import org.bitrank.engine.evaluate.GroupReport;
import org.bitrank.engine.evaluate.MetricComparison;
import org.bitrank.engine.evaluate.TaskReport;
import org.bitrank.engine.evaluate.TokenComparison;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.service.result.Score;

/** The scores of a report, and what it says of the distributions over tokens. */
final class MeasuredScores {
    private final EvaluationReport report;

    MeasuredScores(EvaluationReport report) {
        this.report = report;
    }

    List<Score> all() {
        var scores = new ArrayList<Score>();
        // Where a group has a number of its own, that is the one to look at.
        Set<String> grouped = report.groups().stream()
                .filter(group -> !group.metrics().isEmpty())
                .flatMap(group -> group.group().tasks().stream())
                .collect(Collectors.toSet());
        for (TaskReport task : report.tasks()) {
            MetricValue main = grouped.contains(task.name()) ? null : mainMetric(task.metrics());
            for (MetricValue value : task.metrics()) {
                scores.add(score(task.name(), value, value == main, task.comparisons()));
            }
        }
        for (GroupReport group : report.groups()) {
            MetricValue main = mainMetric(group.metrics());
            for (MetricValue value : group.metrics()) {
                scores.add(score(group.group().name(), value, value == main, group.comparisons()));
            }
        }
        return scores;
    }

    private static Score score(String name, MetricValue value, boolean main, List<MetricComparison> comparisons) {
        MetricComparison compared = null;
        for (MetricComparison candidate : comparisons) {
            if (candidate.metric().equals(value.metric()) && candidate.filter().equals(value.filter())) {
                compared = candidate;
            }
        }
        return new Score(
                name, value.metric(), value.filter(), value.value(), null, value.stderr(), value.higherIsBetter(), main,
                compared == null ? null : compared.base(), compared == null ? null : compared.difference(),
                compared == null ? null : compared.low(), compared == null ? null : compared.high(),
                compared == null ? null : compared.recovery(), List.of());
    }

    /**
     * Accuracy where a task has it, as the studies print (MMBench: over all turns of a question), or nearness of letters; else exact
     * match; else what the task names first.
     */
    private static MetricValue mainMetric(List<MetricValue> metrics) {
        for (String preferred : List.of("circular_acc", "acc", "anls", "exact_match")) {
            for (MetricValue value : metrics) {
                if (value.metric().equals(preferred)) {
                    return value;
                }
            }
        }
        return metrics.isEmpty() ? null : metrics.getFirst();
    }

    /** What boards show of the distributions against the base's. */
    record Agreement(long positions, double divergence, double topAgreement) {}

    /** Of the first text that was scored token by token; else over all tasks, each position counting once. Null where none was. */
    Agreement agreement() {
        long positions = 0;
        double divergence = 0;
        double agreement = 0;
        for (TaskReport task : report.tasks()) {
            TokenComparison tokens = task.tokens();
            if (tokens == null) {
                continue;
            }
            MetricValue main = mainMetric(task.metrics());
            if (main != null && main.metric().contains("perplexity")) {
                return new Agreement(tokens.positions(), tokens.divergence(), tokens.topAgreement());
            }
            positions += tokens.positions();
            divergence += tokens.divergence() * tokens.positions();
            agreement += tokens.topAgreement() * tokens.positions();
        }
        return positions == 0 ? null : new Agreement(positions, divergence / positions, agreement / positions);
    }

    long positions() {
        Agreement tokens = agreement();
        return tokens == null ? 0 : tokens.positions();
    }
}
