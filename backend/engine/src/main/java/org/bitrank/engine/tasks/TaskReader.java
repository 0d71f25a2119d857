package org.bitrank.engine.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bitrank.engine.NearNames;
import org.bitrank.kernels.BitRankException;

/** From the lines of a task file to a {@link TaskDefinition}. */
final class TaskReader {
    private static final Set<String> KNOWN = new TreeSet<>(List.of(
            "task", "task_alias", "tag", "include", "dataset_path", "dataset_name", "dataset_kwargs", "training_split",
            "validation_split", "test_split", "fewshot_split", "process_docs", "doc_to_text", "doc_to_target", "doc_to_choice",
            "process_results", "description", "target_delimiter", "fewshot_delimiter", "fewshot_config", "num_fewshot",
            "metric_list", "output_type", "generation_kwargs", "repeats", "filter_list", "should_decontaminate",
            "doc_to_decontamination_query", "gen_prefix", "metadata", "unsafe_code", "use_prompt", "custom_dataset",
            "doc_to_image", "on_bad_image", "doc_to_audio", "group", "sequence_length", "window_limit", "document_limit", "document_join",
            "max_context_tokens"));

    private static final Set<String> KNOWN_FEWSHOT = new TreeSet<>(List.of(
            "sampler", "split", "process_docs", "fewshot_indices", "samples", "doc_to_text", "doc_to_choice", "doc_to_target",
            "gen_prefix", "fewshot_delimiter", "target_delimiter"));

    private final Map<String, Object> fields;
    private final String where;
    private final TaskFunctions functions;

    private TaskReader(Map<String, Object> fields, String where) {
        this.fields = fields;
        this.where = where;
        functions = new TaskFunctions(text("dataset_path", null), text("dataset_name", null), where);
    }

    /**
     * @param fields what the task's file says, includes resolved
     * @param file where they were read, or null for a task that no file describes
     */
    static TaskDefinition of(Map<String, Object> fields, Path file, String where) {
        return new TaskReader(fields, where).definition(file);
    }

    private TaskDefinition definition(Path file) {
        checkNames(fields.keySet(), KNOWN, where);
        refuseWhatIsNotThere();
        String name = text("task", null);
        if (name == null) {
            throw BitRankException.badInput(where + " does not name its task; add a line 'task: …'");
        }
        OutputType outputType = outputType();
        DocumentField text = field("doc_to_text");
        DocumentField target = field("doc_to_target");
        DocumentField choice = field("doc_to_choice");
        if (outputType == OutputType.MULTIPLE_CHOICE && choice == null) {
            throw BitRankException.badInput(where + ": a multiple_choice task needs doc_to_choice");
        }
        if (text == null || (target == null && outputType != OutputType.TOKEN_WINDOWS)) {
            throw BitRankException.badInput(where + ": a task needs doc_to_text and doc_to_target");
        }
        if (text("test_split", null) == null && text("validation_split", null) == null) {
            throw BitRankException.badInput(where + ": a task needs a test_split or a validation_split");
        }
        TaskFunctions.Preparation preparation = preparation(fields.get("process_docs"), "process_docs");
        Object version = fields.get("metadata") instanceof Map<?, ?> metadata ? metadata.get("version") : null;
        var metrics = new MetricReader(where, outputType, fields.get("process_results") != null, functions).read(fields.get("metric_list"));
        long shots = number("num_fewshot", 0);
        return new TaskDefinition(
                name,
                fields,
                file,
                version,
                TaskIndex.tags(fields),
                text("dataset_path", ""),
                text("dataset_name", null),
                dataFiles(),
                text("training_split", null),
                text("validation_split", null),
                text("test_split", null),
                outputType,
                preparation,
                text,
                target,
                choice,
                pictures(outputType),
                badPictures(),
                field("description"),
                field("gen_prefix"),
                text("target_delimiter", " "),
                fewshot(text, target, choice, preparation),
                (int) shots,
                fields.get("num_fewshot") != null && shots == 0,
                fields.get("process_results") instanceof YamlValues.FunctionName function
                        ? functions.ofResults(function.name(), "process_results")
                        : null,
                metrics,
                FilterPipeline.parse(fields.get("filter_list"), (int) number("repeats", 1), where, functions),
                outputType == OutputType.GENERATE_UNTIL ? generation() : null,
                outputType == OutputType.TOKEN_WINDOWS ? windows() : null,
                (int) number("max_context_tokens", 0));
    }

    static void checkNames(Set<String> names, Set<String> known, String where) {
        for (String name : names) {
            if (!known.contains(name)) {
                throw BitRankException.badInput("%s: the field '%s' is %s".formatted(where, name, NearNames.unknown(name, known)));
            }
        }
    }

    private void refuseWhatIsNotThere() {
        for (String name : List.of("use_prompt", "custom_dataset", "doc_to_audio")) {
            if (fields.get(name) != null) {
                throw BitRankException.unsupported(where + ": '" + name + "' is not supported; write the prompt as a template");
            }
        }
        if (Boolean.TRUE.equals(fields.get("unsafe_code"))) {
            throw BitRankException.unsupported(where + ": tasks that run code from a model's answers are not supported");
        }
        if (number("repeats", 1) < 1) {
            throw BitRankException.badInput(where + ": repeats must be 1 or more");
        }
        if (fields.get("process_results") != null && !(fields.get("process_results") instanceof YamlValues.FunctionName)) {
            throw BitRankException.badInput(where + ": process_results must be a function (!function name)");
        }
    }

    private OutputType outputType() {
        String name = text("output_type", OutputType.GENERATE_UNTIL.toString());
        for (OutputType type : OutputType.values()) {
            if (type.toString().equals(name)) {
                return type;
            }
        }
        throw BitRankException.badInput("%s: output_type '%s' is none of %s".formatted(where, name, List.of(OutputType.values())));
    }

    private DocumentField field(String name) {
        return DocumentField.parse(fields.get(name), name, where, functions);
    }

    private String text(String name, String otherwise) {
        return text(fields, name, otherwise);
    }

    private String text(Map<?, ?> from, String name, String otherwise) {
        return switch (from.get(name)) {
            case null -> otherwise;
            case String text -> text;
            default -> throw BitRankException.badInput(where + ": " + name + " must be a text");
        };
    }

    private long number(String name, long otherwise) {
        return switch (fields.get(name)) {
            case null -> otherwise;
            case Long number when number >= 0 && number <= Integer.MAX_VALUE -> number;
            default -> throw BitRankException.badInput(where + ": " + name + " must be a whole number, 0 or more");
        };
    }

    private Map<String, List<String>> dataFiles() {
        if (!(fields.get("dataset_kwargs") instanceof Map<?, ?> settings)) {
            return Map.of();
        }
        var files = new LinkedHashMap<String, List<String>>();
        for (Map.Entry<?, ?> setting : settings.entrySet()) {
            switch (String.valueOf(setting.getKey())) {
                case "data_files" -> {
                    switch (setting.getValue()) {
                        case Map<?, ?> bySplit -> bySplit.forEach((split, names) -> files.put(String.valueOf(split), names(names)));
                        // As in the datasets library: files without a split's name are its split "train".
                        case null, default -> files.put("train", names(setting.getValue()));
                    }
                }
                case "trust_remote_code", "revision", "verification_mode" -> {}
                case String other -> throw BitRankException.unsupported(
                        where + ": dataset_kwargs." + other + " is not supported; only data_files and revision are");
            }
        }
        return files;
    }

    private List<DocumentField> pictures(OutputType outputType) {
        Object raw = fields.get("doc_to_image");
        if (raw != null && (outputType == OutputType.LOGLIKELIHOOD_ROLLING || outputType == OutputType.TOKEN_WINDOWS)) {
            throw BitRankException.unsupported(where + ": doc_to_image does not go with output_type " + outputType + ", which reads a whole text");
        }
        return switch (raw) {
            case null -> List.of();
            case List<?> several -> several.stream().map(one -> DocumentField.parse(one, "doc_to_image", where, functions)).toList();
            default -> List.of(DocumentField.parse(raw, "doc_to_image", where, functions));
        };
    }

    private BadPictures badPictures() {
        return switch (text("on_bad_image", "stop")) {
            case "stop" -> BadPictures.STOP;
            case "skip" -> BadPictures.SKIP;
            case String other -> throw BitRankException.badInput(where + ": on_bad_image is '" + other + "'; it can be stop or skip");
        };
    }

    private static List<String> names(Object names) {
        return names instanceof List<?> list ? list.stream().map(String::valueOf).toList() : List.of(String.valueOf(names));
    }

    private TaskFunctions.Preparation preparation(Object raw, String name) {
        return switch (raw) {
            case null -> null;
            case YamlValues.FunctionName function -> functions.preparation(function.name(), name);
            default -> throw BitRankException.badInput(where + ": " + name + " must be a function (!function name)");
        };
    }

    @SuppressWarnings("unchecked")
    private FewshotSettings fewshot(
            DocumentField text, DocumentField target, DocumentField choice, TaskFunctions.Preparation preparation) {
        Map<String, Object> own = fields.get("fewshot_config") instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
        checkNames(own.keySet(), KNOWN_FEWSHOT, where + ": fewshot_config");
        String sampler = text(own, "sampler", "default");
        if (!sampler.equals("default") && !sampler.equals("first_n")) {
            throw BitRankException.unsupported(where + ": the sampler '" + sampler + "' is not there; known are default, first_n");
        }
        if (own.get("fewshot_indices") != null) {
            throw BitRankException.unsupported(where + ": fewshot_config.fewshot_indices is not supported (the harness reads it and does not use it); "
                    + "write the examples as samples");
        }
        if (own.get("samples") != null && !(own.get("samples") instanceof List<?>)) {
            throw BitRankException.unsupported(where + ": fewshot_config.samples names " + own.get("samples")
                    + ", which BitRank does not have; write the examples as a list");
        }
        return new FewshotSettings(
                sampler.equals("first_n"),
                text(own, "split", text("fewshot_split", null)),
                own.get("samples") instanceof List<?> samples ? samples(samples) : null,
                own.containsKey("process_docs") ? preparation(own.get("process_docs"), "fewshot_config.process_docs") : preparation,
                own.containsKey("doc_to_text") ? own(own, "doc_to_text") : text,
                own.containsKey("doc_to_target") ? own(own, "doc_to_target") : target,
                own.containsKey("doc_to_choice") ? own(own, "doc_to_choice") : choice,
                own.containsKey("gen_prefix") ? own(own, "gen_prefix") : field("gen_prefix"),
                text(own, "target_delimiter", text("target_delimiter", " ")),
                text(own, "fewshot_delimiter", text("fewshot_delimiter", "\n\n")));
    }

    private DocumentField own(Map<String, Object> fewshot, String name) {
        return DocumentField.parse(fewshot.get(name), "fewshot_config." + name, where, functions);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> samples(List<?> samples) {
        var documents = new ArrayList<Map<String, Object>>();
        samples.forEach(sample -> documents.add((Map<String, Object>) sample));
        return documents;
    }

    private GenerationSettings generation() {
        String delimiter = text("fewshot_delimiter", "\n\n");
        if (!(fields.get("generation_kwargs") instanceof Map<?, ?> settings)) {
            return new GenerationSettings(List.of(delimiter), GenerationSettings.USUAL_TOKENS);
        }
        boolean greedy = !Boolean.TRUE.equals(settings.get("do_sample"))
                || (settings.get("temperature") instanceof Number temperature && temperature.doubleValue() == 0);
        if (!greedy) {
            throw BitRankException.unsupported(where + ": generation_kwargs ask for sampling; only greedy answers can be reproduced");
        }
        List<String> until = settings.containsKey("until") ? names(settings.get("until")) : List.of(delimiter);
        long most = GenerationSettings.USUAL_TOKENS;
        for (String name : List.of("max_gen_toks", "max_new_tokens", "max_tokens", "max_completion_tokens")) {
            if (settings.get(name) instanceof Long number) {
                most = number;
                break;
            }
        }
        if (most < 1 || most > Integer.MAX_VALUE) {
            throw BitRankException.badInput(where + ": max_gen_toks must be 1 or more");
        }
        return new GenerationSettings(until, (int) most);
    }

    private TaskDefinition.WindowSettings windows() {
        long length = number("sequence_length", 2048);
        if (length < 2) {
            throw BitRankException.badInput(where + ": sequence_length must be 2 or more");
        }
        return new TaskDefinition.WindowSettings(
                (int) length, (int) number("window_limit", 0), (int) number("document_limit", 0), text("document_join", "\n\n"));
    }
}
