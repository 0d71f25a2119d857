package org.bitrank.engine.tasks;

/** What a task wants of a model for one item. */
public sealed interface Request {
    /** How likely is the continuation after the context, and is it what the model itself would say? */
    record LogLikelihood(String context, String continuation) implements Request {}

    /** How likely is the whole text, in windows of the model's length without overlap? */
    record Rolling(String text) implements Request {}

    /** What does the model say after the context? */
    record Generate(String context, GenerationSettings settings) implements Request {}

    /**
     * How likely is each window of a text that is tokenized in one go and cut from its start, every window run alone, the last
     * incomplete one left out? The convention of the GPTQ papers; see {@link PairEncoder#windows}.
     *
     * @param limit the most windows; 0 for all
     */
    record Windows(String text, int sequenceLength, int limit) implements Request {}
}
