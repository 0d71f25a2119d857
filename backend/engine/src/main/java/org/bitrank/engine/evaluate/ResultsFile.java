package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.bitrank.engine.hub.HubOrigin;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.StoredParts;
import org.bitrank.engine.tasks.DataFile;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.OutputType;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The results file of lm-evaluation-harness, with one key more: {@code bitrank} holds the protocols, the artifact, its cost
 * and the comparison with the base.
 */
public final class ResultsFile {
    private static final JsonMapper JSON = EvaluationJson.INDENTED;

    private ResultsFile() {}

    /** Writes the report whole or not at all. */
    public static void write(EvaluationReport report, Path target) {
        WholeFile.write(target, writer -> writer.write(text(report)));
    }

    /** The file's content. */
    public static String text(EvaluationReport report) {
        return JSON.writeValueAsString(json(report)) + "\n";
    }

    static ObjectNode json(EvaluationReport report) {
        ObjectNode root = JSON.createObjectNode();
        ObjectNode results = root.putObject("results");
        ObjectNode subtasks = root.putObject("group_subtasks");
        ObjectNode configs = root.putObject("configs");
        ObjectNode versions = root.putObject("versions");
        ObjectNode shots = root.putObject("n-shot");
        ObjectNode better = root.putObject("higher_is_better");
        ObjectNode samples = root.putObject("n-samples");
        for (TaskReport task : report.tasks()) {
            String name = task.name();
            results.set(name, metrics(task.task().task().alias(), task.metrics()));
            subtasks.putArray(name);
            configs.set(name, JSON.valueToTree(task.task().task().settings()));
            versions.set(name, JSON.valueToTree(task.task().task().version()));
            shots.put(name, task.protocol().shots());
            ObjectNode directions = better.putObject(name);
            task.metrics().forEach(metric -> directions.put(metric.metric(), metric.higherIsBetter()));
            int effective = TaskRun.scores(task.items()).size();
            boolean windows = task.task().task().outputType() == OutputType.TOKEN_WINDOWS;
            samples.putObject(name).put("original", windows ? effective : task.task().originalDocuments()).put("effective", effective);
        }
        groups(report, root);
        root.set("config", config(report));
        root.put("model_source", "bitrank");
        root.put("model_name", report.model().source());
        root.put("date", report.started().toEpochMilli() / 1000.0);
        root.put("total_evaluation_time_seconds", String.valueOf(report.seconds()));
        root.set("bitrank", bitrank(report));
        return root;
    }

    /** A group's numbers stand among the tasks', and once more by themselves where it has any. */
    private static void groups(EvaluationReport report, ObjectNode root) {
        ObjectNode own = JSON.createObjectNode();
        for (GroupReport group : report.groups()) {
            String name = group.group().name();
            ObjectNode metrics = metrics(group.group().alias(), group.metrics());
            ((ObjectNode) root.get("results")).set(name, metrics);
            if (!group.metrics().isEmpty()) {
                own.set(name, metrics.deepCopy());
            }
            ArrayNode children = ((ObjectNode) root.get("group_subtasks")).putArray(name);
            group.group().children().forEach(children::add);
            ((ObjectNode) root.get("versions")).set(name, JSON.valueToTree(group.group().version()));
            ObjectNode directions = ((ObjectNode) root.get("higher_is_better")).putObject(name);
            group.metrics().forEach(metric -> directions.put(metric.metric(), metric.higherIsBetter()));
            ObjectNode shots = (ObjectNode) root.get("n-shot");
            var below = group.group().tasks().stream().map(shots::get).distinct().toList();
            if (below.size() == 1) {
                shots.set(name, below.getFirst());
            }
        }
        if (!own.isEmpty()) {
            root.set("groups", own);
        }
    }

    private static ObjectNode metrics(String alias, List<MetricValue> values) {
        ObjectNode metrics = JSON.createObjectNode();
        metrics.put("alias", alias);
        for (MetricValue metric : values) {
            metrics.put(metric.metric() + "," + metric.filter(), metric.value());
            String error = metric.metric() + "_stderr," + metric.filter();
            if (metric.stderr() == null) {
                metrics.put(error, "N/A");
            } else {
                metrics.put(error, metric.stderr());
            }
        }
        return metrics;
    }

    private static ObjectNode config(EvaluationReport report) {
        ObjectNode config = JSON.createObjectNode();
        config.put("model", "bitrank");
        config.put("model_args", "pretrained=" + report.model().source());
        Protocol first = report.tasks().getFirst().protocol();
        config.put("device", first.backend());
        config.put("model_dtype", first.computeType());
        if (first.limit() == null) {
            config.putNull("limit");
        } else {
            config.put("limit", first.limit());
        }
        config.put("fewshot_seed", first.seed());
        return config;
    }

    private static ObjectNode bitrank(EvaluationReport report) {
        ObjectNode bitrank = JSON.createObjectNode();
        bitrank.put("engine_version", report.engineVersion());
        bitrank.put("java_version", Runtime.version().toString());
        bitrank.set("model", facts(report.model()));
        bitrank.set("base", report.base() == null ? null : facts(report.base()));
        ObjectNode protocols = bitrank.putObject("protocol");
        ObjectNode data = bitrank.putObject("data_files");
        for (TaskReport task : report.tasks()) {
            ObjectNode protocol = JSON.valueToTree(task.protocol());
            protocols.set(task.name(), protocol.put("sha256", task.protocol().hash()));
            ObjectNode files = data.putObject(task.name());
            for (DataFile file : task.task().files()) {
                ObjectNode facts = files.putObject(file.path().getFileName().toString()).put("sha256", file.sha256());
                HubOrigin.of(file.path()).ifPresent(origin -> facts.put("repository", origin.repository()).put("commit", origin.commit()));
            }
        }
        bitrank.set("statistics", statistics(report));
        bitrank.set("skipped_documents", skipped(report));
        bitrank.set("conversations", conversations(report));
        ObjectNode forward = bitrank.putObject("forward_tokens");
        report.tasks().forEach(task -> forward.set(task.name(), forwardTokens(task.forward())));
        bitrank.set("forward_tokens_total", forwardTokens(report.forward()));
        bitrank.set("speed", report.speed() == null ? null : JSON.valueToTree(report.speed()));
        bitrank.put("peak_memory_bytes", report.peakMemoryBytes());
        bitrank.put("seconds", report.seconds());
        bitrank.set("comparison", report.base() == null ? null : comparison(report));
        return bitrank;
    }

    private static ObjectNode forwardTokens(ForwardTokens tokens) {
        return JSON.createObjectNode().put("run", tokens.run()).put("plain", tokens.plain()).put("share", tokens.share());
    }

    private static ObjectNode facts(ModelFacts model) {
        BitAccount bits = model.bits();
        ObjectNode facts = JSON.createObjectNode();
        Path place = Path.of(model.source());
        HubOrigin.of(place).ifPresent(origin -> {
            ObjectNode hub = facts.putObject("hub").put("repository", origin.repository()).put("commit", origin.commit());
            ObjectNode files = hub.putObject("files");
            HubOrigin.checksums(place).forEach(files::put);
        });
        facts.put("source", model.source()).put("format", model.format()).put("sha256", model.sha256());
        facts.put("bytes", bits.bytes()).put("parameters", bits.parameters()).put("nominal_bits", bits.nominalBits());
        facts.put("effective_bits", bits.effectiveBits()).put("bits_all", bits.bitsAll());
        facts.set("activations", JSON.valueToTree(model.rounding().inputs()));
        facts.put("kv_cache", model.rounding().keyValues());
        facts.set("notes", JSON.valueToTree(model.notes()));
        ObjectNode classes = facts.putObject("classes");
        new TreeMap<>(bits.classes()).forEach((kind, share) -> put(classes.putObject(kind.name().toLowerCase(Locale.ROOT)), share));
        if (!bits.towers().isEmpty()) {
            ObjectNode towers = facts.putObject("towers");
            bits.towers().forEach((tower, share) -> put(towers.putObject(tower.label()).put("quantized_parameters", share.quantized()), share));
        }
        ObjectNode price = facts.putObject("quantized_bits");
        StoredParts.of(bits).forEach(part -> price.put(part.name(), part.bits()));
        return facts;
    }

    private static void put(ObjectNode node, BitAccount.Share share) {
        node.put("tensors", share.tensors())
                .put("parameters", share.parameters())
                .put("bytes", share.stored().total())
                .put("bits", share.bits());
    }

    private static ObjectNode statistics(EvaluationReport report) {
        ObjectNode statistics = JSON.createObjectNode();
        for (TaskReport task : report.tasks()) {
            TaskStatistics found = task.statistics();
            ObjectNode one = statistics.putObject(task.name());
            one.put("sources", found.sources());
            ObjectNode metrics = one.putObject("metrics");
            for (MetricSpread spread : found.spreads()) {
                metrics.putObject(spread.metric() + "," + spread.filter())
                        .put("low", spread.low())
                        .put("high", spread.high())
                        .put("clustered_stderr", spread.clusteredError());
            }
            if (found.degenerate() != null) {
                ObjectNode answers = JSON.valueToTree(found.degenerate());
                one.set("degenerate_answers", answers.put("total", found.degenerate().total()));
            }
            if (found.pictures() != null) {
                one.putObject("pictures").put("different", found.pictures().pictures()).put("tokens", found.pictures().tokens());
            }
            one.set("calibration", found.calibration() == null ? null : JSON.valueToTree(found.calibration()));
            one.set("base_calibration", found.baseCalibration() == null ? null : JSON.valueToTree(found.baseCalibration()));
        }
        return statistics;
    }

    private static ObjectNode skipped(EvaluationReport report) {
        ObjectNode skipped = JSON.createObjectNode();
        for (TaskReport task : report.tasks()) {
            if (!task.task().skipped().isEmpty()) {
                ArrayNode documents = skipped.putArray(task.name());
                task.task().skipped().forEach(one -> documents.addObject().put("doc_id", one.documentId()).put("reason", one.reason()));
            }
        }
        return skipped;
    }

    private static ObjectNode conversations(EvaluationReport report) {
        ObjectNode conversations = JSON.createObjectNode();
        report.tasks().forEach(task -> task.task().conversation().ifPresent(conversation -> conversations.putObject(task.name())
                .put("template", conversation.name())
                .put("system_instruction", conversation.system())));
        return conversations;
    }

    private static ObjectNode comparison(EvaluationReport report) {
        ObjectNode comparison = JSON.createObjectNode();
        for (TaskReport task : report.tasks()) {
            ObjectNode one = comparison.putObject(task.name());
            one.set("metrics", metrics(task.comparisons()));
            if (task.tokens() != null) {
                one.put("positions", task.tokens().positions());
                one.put("kl_divergence", task.tokens().divergence());
                one.put("kl_divergence_low", task.tokens().divergenceLow());
                one.put("kl_divergence_high", task.tokens().divergenceHigh());
                one.put("kl_divergence_median", task.tokens().medianDivergence());
                one.put("kl_divergence_p99", task.tokens().tailDivergence());
                one.put("top1_agreement", task.tokens().topAgreement());
                one.put("top5_agreement", task.tokens().topFiveAgreement());
            }
        }
        for (GroupReport group : report.groups()) {
            if (!group.comparisons().isEmpty()) {
                comparison.putObject(group.group().name()).set("metrics", metrics(group.comparisons()));
            }
        }
        return comparison;
    }

    private static ObjectNode metrics(List<MetricComparison> comparisons) {
        ObjectNode metrics = JSON.createObjectNode();
        for (MetricComparison metric : comparisons) {
            ObjectNode values = JSON.valueToTree(metric);
            values.remove("metric");
            values.remove("filter");
            metrics.set(metric.metric() + "," + metric.filter(), values);
        }
        return metrics;
    }
}
