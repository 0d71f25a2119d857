package org.bitrank.engine.evaluate;

import java.util.List;

/**
 * What a task's numbers are worth.
 *
 * @param sources how many sources the documents come from; null where each stands by itself
 * @param spreads one for each metric
 * @param calibration null for tasks that are no choice of one right answer
 * @param baseCalibration the base's; null without a base as well
 * @param pictures null for a task without any
 * @param degenerate answers that say nothing; null for a task that generates none
 * @param skipped documents that were left out for their pictures; null where none was
 */
public record TaskStatistics(
        Integer sources, List<MetricSpread> spreads, ChoiceCalibration calibration,
        ChoiceCalibration baseCalibration, PictureUse pictures, DegenerateAnswers degenerate, Integer skipped) {}
