package org.bitrank.engine.tasks;

/**
 * One aggregated number.
 *
 * @param stderr standard error as lm-evaluation-harness computes it, or null where it has none
 */
public record MetricValue(String metric, String filter, double value, Double stderr, boolean higherIsBetter) {}
