package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.statistics.PairedDifference;
import org.bitrank.engine.statistics.Recovery;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.Task;

/** A task's metrics against the base's, item by item. */
final class Comparisons {
    private Comparisons() {}

    static List<MetricComparison> of(
            Task task, List<MetricValue> metrics, List<ItemScores> scores, List<MetricValue> baseMetrics, List<ItemScores> baseScores) {
        var comparisons = new ArrayList<MetricComparison>(metrics.size());
        for (int i = 0; i < metrics.size(); i++) {
            MetricValue value = metrics.get(i);
            MetricValue base = baseMetrics.get(i);
            PairedDifference difference = task.aggregation(value.metric()).difference(
                    Task.scores(baseScores, value.metric(), value.filter()), Task.scores(scores, value.metric(), value.filter()));
            comparisons.add(new MetricComparison(
                    value.metric(),
                    value.filter(),
                    base.value(),
                    value.value(),
                    difference.difference(),
                    known(difference.low()),
                    known(difference.high()),
                    Recovery.percent(base.value(), value.value(), value.higherIsBetter())));
        }
        return comparisons;
    }

    private static Double known(double bound) {
        return Double.isNaN(bound) ? null : (Double) bound;
    }
}
