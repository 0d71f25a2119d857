package org.bitrank.service.result;

import java.util.List;
import org.bitrank.engine.evaluate.MetricComparison;
import org.bitrank.engine.evaluate.TaskStatistics;
import org.bitrank.engine.evaluate.TokenComparison;

/**
 * What one task's scores are worth, and how they stand against the base.
 *
 * @param comparisons each metric against the base; empty without a base
 * @param tokens the distributions against the base's; null where nothing was compared token by token
 */
public record TaskEvidence(String task, TaskStatistics statistics, List<MetricComparison> comparisons, TokenComparison tokens) {}
