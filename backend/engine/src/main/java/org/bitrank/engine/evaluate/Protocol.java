package org.bitrank.engine.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Everything besides the model that a number depends on. Only numbers of equal protocols may be ranked together, so this
 * record's value is part of every result.
 *
 * @param task name of the task
 * @param version the task definition's version, as text
 * @param dataset name of the data set on the hub, or the kind of the files beside the task
 * @param datasetSha256 of the data files as read, in their order
 * @param shots examples in front of each question
 * @param seed of the draw of the examples
 * @param limit the most documents (windows), or null for all
 * @param bos {@code auto}, {@code true} or {@code false}, as asked for
 * @param bosAdded whether the texts did get a BOS
 * @param sequenceLength the most tokens that the model saw at once; the windows' length where a text is cut into windows
 * @param promptSha256 of all requests in order, as text: contexts, continuations, settings
 * @param computeType the type that matrix products read
 * @param backend {@code cpu}, {@code cuda}, {@code reference}
 * @param engineVersion of this engine
 * @param pictureTokens whose rule counted the tokens of pictures of any resolution, or null for transformers' or where there are none
 */
public record Protocol(
        String task,
        String version,
        String dataset,
        String datasetSha256,
        int shots,
        long seed,
        Integer limit,
        String bos,
        boolean bosAdded,
        int sequenceLength,
        String promptSha256,
        String computeType,
        String backend,
        String engineVersion,
        @JsonInclude(JsonInclude.Include.NON_NULL) String pictureTokens) {
    /** The record as one line of JSON, keys in the order above: equal protocols have equal texts. */
    public String canonicalJson() {
        return EvaluationJson.COMPACT.writeValueAsString(this);
    }

    /** SHA-256 of {@link #canonicalJson()}: the protocol's name in tables and addresses. */
    public String hash() {
        return new Fingerprint().add(canonicalJson()).hex();
    }
}
