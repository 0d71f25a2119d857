package org.bitrank.engine.tasks;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A task file, read and checked. Names and defaults are those of lm-evaluation-harness.
 *
 * @param fields everything the file says, includes resolved, functions as {@code !function name}: what results record
 * @param file where it was read, or null for a text scored as it is
 * @param version {@code metadata.version}, or null
 * @param dataFiles of {@code dataset_kwargs}: split to files beside the task file; empty where data come from elsewhere
 * @param pictures what {@code doc_to_image} names; empty for text alone
 * @param badPictures {@code on_bad_image}
 * @param fixedShots a task that says {@code num_fewshot: 0} cannot be given examples
 * @param maxContextTokens examples are dropped, the last first, until a prompt has no more tokens; 0 for no limit
 * @param windows settings of a {@link OutputType#TOKEN_WINDOWS} task, or null
 */
record TaskDefinition(
        String name,
        Map<String, Object> fields,
        Path file,
        Object version,
        List<String> tags,
        String datasetPath,
        String datasetName,
        Map<String, List<String>> dataFiles,
        String trainingSplit,
        String validationSplit,
        String testSplit,
        OutputType outputType,
        TaskFunctions.Preparation preparation,
        DocumentField text,
        DocumentField target,
        DocumentField choice,
        List<DocumentField> pictures,
        BadPictures badPictures,
        DocumentField description,
        DocumentField prefix,
        String targetDelimiter,
        FewshotSettings fewshot,
        int shots,
        boolean fixedShots,
        TaskFunctions.OfResults results,
        List<MetricDefinition> metrics,
        List<FilterPipeline> filters,
        GenerationSettings generation,
        WindowSettings windows,
        int maxContextTokens) {
    /**
     * @param join what stands between the documents of the one text that they make
     * @param limit the most windows; 0 for all
     * @param documents the most documents; 0 for all
     */
    record WindowSettings(int sequenceLength, int limit, int documents, String join) {}

    String evaluatedSplit() {
        return testSplit != null ? testSplit : validationSplit;
    }
}
