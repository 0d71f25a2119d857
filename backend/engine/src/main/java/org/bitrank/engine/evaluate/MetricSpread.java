package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.tasks.Aggregation;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.Score;
import org.bitrank.engine.tasks.Task;
import org.hipparchus.distribution.continuous.TDistribution;

/**
 * How sure a metric's value is.
 *
 * @param low lower end of the 95 % interval (Student's t), from the clustered error where there is one; null without an error
 * @param high upper end
 * @param clusteredError standard error with documents of one source counting together; null where each stands by itself
 */
public record MetricSpread(String metric, String filter, Double low, Double high, Double clusteredError) {
    private static final double UPPER = 0.975;

    static List<MetricSpread> of(Task task, List<MetricValue> metrics, List<ItemScores> scores, Clusters clusters) {
        var spreads = new ArrayList<MetricSpread>(metrics.size());
        for (MetricValue value : metrics) {
            double[] values = Task.scores(scores, value.metric(), value.filter()).stream().mapToDouble(Score::value).toArray();
            boolean clustered = clusters != null && clusters.items() == values.length && task.aggregation(value.metric()) == Aggregation.MEAN;
            Double clusteredError = clustered && clusters.count() > 1 ? (Double) clusters.errorOfMean(values) : null;
            Double error = clustered ? clusteredError : value.stderr();
            int freedom = (clustered ? clusters.count() : values.length) - 1;
            if (error == null || freedom < 1) {
                spreads.add(new MetricSpread(value.metric(), value.filter(), null, null, clusteredError));
            } else {
                double half = new TDistribution(freedom).inverseCumulativeProbability(UPPER) * error;
                spreads.add(new MetricSpread(
                        value.metric(), value.filter(), value.value() - half, value.value() + half, clusteredError));
            }
        }
        return List.copyOf(spreads);
    }
}
