package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;

/**
 * How examples are made; what a task file does not say here is as for the questions themselves.
 *
 * @param firstN take the first ones instead of drawing
 * @param split where the examples come from, or null for lm-evaluation-harness's rule (training, else validation, else test)
 * @param samples the examples themselves, or null
 */
record FewshotSettings(
        boolean firstN,
        String split,
        List<Map<String, Object>> samples,
        TaskFunctions.Preparation preparation,
        DocumentField text,
        DocumentField target,
        DocumentField choice,
        DocumentField prefix,
        String targetDelimiter,
        String exampleDelimiter) {}
