package org.bitrank.engine.tasks;

import java.util.List;

/**
 * A mean over the tasks of a group.
 *
 * @param filters the filters that it is formed for, or null for all that its tasks have
 * @param weightBySize every document counts the same; otherwise every task
 */
public record GroupMetric(String metric, List<String> filters, boolean weightBySize) {
    /** As lm-evaluation-harness forms it: the errors are pooled over documents, or are those of a plain mean of tasks. */
    MetricValue over(List<MetricValue> values, List<Integer> sizes, String filter) {
        double weighted = 0;
        double all = 0;
        double pooled = 0;
        double squares = 0;
        long documents = 0;
        boolean errors = true;
        for (int i = 0; i < values.size(); i++) {
            int size = sizes.get(i);
            double weight = weightBySize ? size : 1;
            weighted += values.get(i).value() * weight;
            all += weight;
            documents += size;
            Double error = values.get(i).stderr();
            if (error == null) {
                errors = false;
            } else {
                pooled += (size - 1) * error * error * size;
                squares += error * error;
            }
        }
        Double error = null;
        if (errors) {
            error = weightBySize
                    ? Math.sqrt(pooled / (documents - values.size()) / documents)
                    : Math.sqrt(squares) / values.size();
        }
        return new MetricValue(metric, filter, weighted / all, error, values.getFirst().higherIsBetter());
    }
}
