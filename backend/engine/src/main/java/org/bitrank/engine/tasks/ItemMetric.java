package org.bitrank.engine.tasks;

/** @param filter the name of the filter that made the answer fit for the metric; {@code none} where there is nothing to do */
public record ItemMetric(String metric, String filter, Score score) {}
