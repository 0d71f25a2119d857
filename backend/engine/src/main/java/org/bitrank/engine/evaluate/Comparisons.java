package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.statistics.McNemar;
import org.bitrank.engine.statistics.PairedDifference;
import org.bitrank.engine.statistics.Recovery;
import org.bitrank.engine.tasks.Aggregation;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.Score;
import org.bitrank.engine.tasks.Task;

/** A task's metrics against the base's, item by item. */
final class Comparisons {
    private Comparisons() {}

    /** @param clusters which items share a source, or null where each stands by itself */
    static List<MetricComparison> of(
            Task task,
            List<MetricValue> metrics,
            List<ItemScores> scores,
            List<MetricValue> baseMetrics,
            List<ItemScores> baseScores,
            Clusters clusters) {
        var comparisons = new ArrayList<MetricComparison>(metrics.size());
        for (int i = 0; i < metrics.size(); i++) {
            MetricValue value = metrics.get(i);
            comparisons.add(compare(
                    task.aggregation(value.metric()), value, Task.scores(scores, value.metric(), value.filter()), baseMetrics.get(i),
                    Task.scores(baseScores, value.metric(), value.filter()), clusters));
        }
        return comparisons;
    }

    /** @param clusters which items share a source, or null where each stands by itself */
    static MetricComparison compare(
            Aggregation aggregation, MetricValue value, List<Score> scores, MetricValue base, List<Score> baseScores, Clusters clusters) {
        PairedDifference difference = aggregation.difference(baseScores, scores);
        McNemar mcNemar = null;
        Recovery recovery = null;
        if (aggregation.isMean()) {
            double[] own = values(scores);
            double[] its = values(baseScores);
            Clusters sources = clusters != null && clusters.items() == own.length ? clusters : Clusters.single(own.length);
            difference = PairedDifference.of(its, own, sources);
            recovery = Recovery.of(its, own, value.higherIsBetter(), sources);
            mcNemar = McNemar.fits(own) && McNemar.fits(its) ? McNemar.of(its, own) : null;
        }
        // Flips are no fair coins where items share a source: the clustered t stands in for McNemar's test there.
        boolean exact = mcNemar != null && clusters == null;
        return new MetricComparison(
                value.metric(),
                value.filter(),
                base.value(),
                value.value(),
                difference.difference(),
                known(difference.low()),
                known(difference.high()),
                exact ? (Double) mcNemar.pValue() : known(difference.pValue()),
                known(difference.detectable()),
                Recovery.percent(base.value(), value.value(), value.higherIsBetter()),
                recovery == null ? null : known(recovery.low()),
                recovery == null ? null : known(recovery.high()),
                mcNemar);
    }

    private static double[] values(List<Score> scores) {
        return scores.stream().mapToDouble(Score::value).toArray();
    }

    private static Double known(double bound) {
        return Double.isNaN(bound) ? null : (Double) bound;
    }
}
