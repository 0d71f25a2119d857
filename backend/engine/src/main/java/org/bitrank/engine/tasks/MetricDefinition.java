package org.bitrank.engine.tasks;

/** A metric that a task reports. {@code matching} only matters to {@code exact_match}. */
record MetricDefinition(String name, Aggregation aggregation, boolean higherIsBetter, TextMatching matching) {}
