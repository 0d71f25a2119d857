package org.bitrank.engine.evaluate;

import java.util.List;

/**
 * What one step gave; one line of a {@link RunLog}.
 *
 * @param scores one for each passage that a scoring step scores or scores in part, else empty
 * @param text what a generating step said, else null
 */
record StepResult(List<PassageScore> scores, String text) {}
