package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.kernels.ComputeType;

/**
 * What to measure and how.
 *
 * @param model the checkpoint to measure
 * @param base the unquantized checkpoint to compare it with, or null
 * @param tasks names or files of tasks, with their options: {@code wikitext2_gptq:sequence_length=512}
 * @param numFewshot examples in front of each question, or null for what the task says
 * @param limit the most documents of a task, or null for all
 * @param data folder where data sets are looked for first, or null for the one of {@code BITRANK_DATA}
 * @param chat whether questions are put as a conversation
 * @param rounding how a picture of any resolution is counted in tokens; of no effect on other pictures
 * @param maxLength the most tokens the model sees at once, or null for what its config says
 * @param backend {@code auto}, {@code cpu}, {@code cuda}, {@code cuda:1}, {@code reference}
 * @param computeType what matrix products read, or null for the device's fastest
 * @param runDirectory keeps finished batches, so that a killed run can be resumed
 * @param baseDirectory keeps the base's results and hidden states under their protocol, for this run and for others; without a
 *     base those of the model, for runs that will compare with it, or null to keep nothing
 * @param resume go on with what {@code runDirectory} holds; otherwise it is emptied first
 * @param measureSpeed time the model as well
 */
public record EvaluationRequest(
        Path model,
        Path base,
        List<String> tasks,
        Integer numFewshot,
        Integer limit,
        Path data,
        BosPolicy bos,
        ChatSettings chat,
        AnyResolution.Rounding rounding,
        Integer maxLength,
        String backend,
        ComputeType computeType,
        Path runDirectory,
        Path baseDirectory,
        boolean resume,
        boolean measureSpeed) {
    public EvaluationRequest {
        tasks = List.copyOf(tasks);
    }

    /** The same with conversations where they are usual, and pictures as in transformers. */
    public EvaluationRequest(
            Path model, Path base, List<String> tasks, Integer numFewshot, Integer limit, Path data, BosPolicy bos, Integer maxLength,
            String backend, ComputeType computeType, Path runDirectory, Path baseDirectory, boolean resume, boolean measureSpeed) {
        this(model, base, tasks, numFewshot, limit, data, bos, ChatSettings.AUTO, AnyResolution.Rounding.SEVEN_DECIMALS, maxLength, backend, computeType, runDirectory,
                baseDirectory, resume, measureSpeed);
    }

    /** The usual settings: no base, all documents, as tasks and model say. */
    public static EvaluationRequest of(Path model, List<String> tasks, Path runDirectory) {
        return new EvaluationRequest(model, null, tasks, null, null, null, BosPolicy.AUTO, null, "auto", null,
                runDirectory, null, false, true);
    }
}
