package org.bitrank.engine.tasks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;

/** A task as its file describes it. With data it becomes a {@link PreparedTask}. */
public final class Task {
    /** The seed of lm-evaluation-harness for drawing examples. */
    public static final long FEWSHOT_SEED = 1234;

    static final String OWN_LIMIT = "window_limit";

    private final String reference;
    private final TaskDefinition definition;

    Task(String reference, TaskDefinition definition) {
        this.reference = reference;
        this.definition = definition;
    }

    /** What results are filed under: the task's name, with the options that it was asked for with. */
    public String name() {
        return reference;
    }

    /** What tables call it: {@code task_alias}, else its name. */
    public String alias() {
        return definition.fields().get("task_alias") instanceof String alias ? alias : reference;
    }

    TaskDefinition definition() {
        return definition;
    }

    /** {@code metadata.version} of the task file, or 0 where it has none. */
    public Object version() {
        return definition.version() == null ? (Object) 0L : definition.version();
    }

    public OutputType outputType() {
        return definition.outputType();
    }

    public List<String> tags() {
        return definition.tags();
    }

    /** Where the task was read; empty for a text scored as it is. */
    public Optional<Path> file() {
        return Optional.ofNullable(definition.file());
    }

    /** The data set's name on the hub, or the kind of the files beside the task ({@code json}). */
    public String dataset() {
        return definition.datasetPath();
    }

    /** Window length of a {@link OutputType#TOKEN_WINDOWS} task. */
    public Optional<Integer> sequenceLength() {
        return Optional.ofNullable(definition.windows()).map(TaskDefinition.WindowSettings::sequenceLength);
    }

    /** Names of the metrics, in the file's order. */
    public List<String> metrics() {
        return definition.metrics().stream().map(MetricDefinition::name).toList();
    }

    /** Names of the filters; every metric is reported for each. */
    public List<String> filters() {
        return definition.filters().stream().map(FilterPipeline::name).toList();
    }

    public Aggregation aggregation(String metric) {
        return metric(metric).aggregation();
    }

    public boolean higherIsBetter(String metric) {
        return metric(metric).higherIsBetter();
    }

    private MetricDefinition metric(String name) {
        return definition.metrics().stream()
                .filter(metric -> metric.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(reference + " has no metric " + name));
    }

    /** Everything the task file says, for the record: texts, numbers, lists and maps. */
    public Map<String, Object> settings() {
        var settings = new LinkedHashMap<String, Object>();
        definition.fields().forEach((name, value) -> settings.put(name, plain(value)));
        return settings;
    }

    private static Object plain(Object value) {
        return switch (value) {
            case YamlValues.FunctionName function -> function.toString();
            case List<?> list -> list.stream().map(Task::plain).collect(java.util.stream.Collectors.toCollection(ArrayList::new));
            case Map<?, ?> map -> {
                var plain = new LinkedHashMap<String, Object>();
                map.forEach((key, entry) -> plain.put(String.valueOf(key), plain(entry)));
                yield plain;
            }
            case null, default -> value;
        };
    }

    /** Whether its questions show pictures. */
    public boolean showsPictures() {
        return !definition.pictures().isEmpty();
    }

    /** Examples in front of each question when somebody asks for {@code wanted} (null: for what the task says). */
    public int shots(Integer wanted) {
        return wanted == null || definition.fixedShots() ? definition.shots() : wanted;
    }

    /** The most documents when somebody asks for {@code wanted} (null: for all); what the task was named with goes before. */
    public Integer limit(Integer wanted) {
        return definition.windows() == null && definition.fields().get(OWN_LIMIT) instanceof Long own ? Integer.valueOf(Math.toIntExact(own)) : wanted;
    }

    /**
     * Reads the data and makes all requests.
     *
     * @param shots examples in front of each question, or null for what the task says
     * @param limit the most documents (windows of a text), from the first; null for all
     */
    public PreparedTask prepare(DataSource data, Integer shots, Integer limit) {
        return prepare(data, shots, limit, PromptReader.NONE);
    }

    /**
     * The same for the model that will be asked: a task may leave out examples where a prompt grows too long for it, and documents
     * whose pictures it cannot be shown.
     */
    public PreparedTask prepare(DataSource data, Integer shots, Integer limit, PromptReader reader) {
        Integer most = limit(limit);
        if (most != null && most < 1) {
            throw BitRankException.badInput("a limit of " + most + " leaves nothing to evaluate; give 1 or more");
        }
        if (shots != null && shots < 0) {
            throw BitRankException.badInput("a task cannot have " + shots + " examples; give 0 or more");
        }
        return new Preparation(this, definition, data).prepare(shots(shots), most, reader);
    }

    /** From the scores of all items to the task's numbers, each metric under each filter. */
    public List<MetricValue> aggregate(List<ItemScores> items) {
        var values = new ArrayList<MetricValue>();
        for (String filter : filters()) {
            for (MetricDefinition metric : definition.metrics()) {
                List<Score> scores = scores(items, metric.name(), filter);
                if (!scores.isEmpty()) {
                    values.add(new MetricValue(
                            metric.name(),
                            filter,
                            metric.aggregation().value(scores),
                            metric.aggregation().standardError(scores),
                            metric.higherIsBetter()));
                }
            }
        }
        return values;
    }

    /** The scores of one metric under one filter, in the order of the items. */
    public static List<Score> scores(List<ItemScores> items, String metric, String filter) {
        var scores = new ArrayList<Score>();
        for (ItemScores item : items) {
            for (ItemMetric one : item.metrics()) {
                if (one.metric().equals(metric) && one.filter().equals(filter)) {
                    scores.add(one.score());
                }
            }
        }
        return Collections.unmodifiableList(scores);
    }
}
