package org.bitrank.engine.evaluate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.tasks.ItemMetric;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.OutputType;
import org.bitrank.engine.tasks.Request;
import org.bitrank.engine.tasks.Response;
import org.bitrank.engine.tasks.Score;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code samples_<task>.jsonl} as lm-evaluation-harness writes them, one line a document and filter; for a text one line a
 * window.
 */
public final class SamplesFiles {
    private static final JsonMapper JSON = EvaluationJson.COMPACT;

    private SamplesFiles() {}

    /** Writes one file a task, each whole or not at all; returns them in the order of the tasks. */
    public static List<Path> write(EvaluationReport report, Path directory) {
        var files = new ArrayList<Path>();
        for (TaskReport task : report.tasks()) {
            Path file = directory.resolve("samples_" + task.name().replaceAll("[^\\w.=-]+", "_") + ".jsonl");
            WholeFile.write(file, writer -> write(task, writer));
            files.add(file);
        }
        return files;
    }

    private static void write(TaskReport task, BufferedWriter writer) throws IOException {
        boolean windows = task.task().task().outputType() == OutputType.TOKEN_WINDOWS;
        for (ItemReport item : task.items()) {
            List<ObjectNode> lines = windows ? windows(item) : document(task, item);
            for (ObjectNode line : lines) {
                writer.write(JSON.writeValueAsString(line));
                writer.newLine();
            }
        }
    }

    private static List<ObjectNode> windows(ItemReport item) {
        var lines = new ArrayList<ObjectNode>();
        for (int i = 0; i < item.responses().size(); i++) {
            var window = (Response.Window) item.responses().get(i);
            ObjectNode line = JSON.createObjectNode().put("doc_id", i).put("tokens", window.tokens()).put("mean_nll", window.meanNll());
            if (!item.divergences().isEmpty()) {
                line.put("kl_divergence", mean(item.divergences().get(i)));
                line.set("token_kl_divergence", JSON.valueToTree(item.divergences().get(i)));
            }
            lines.add(line);
        }
        return lines;
    }

    private static List<ObjectNode> document(TaskReport task, ItemReport item) {
        var lines = new ArrayList<ObjectNode>();
        for (String filter : task.task().task().filters()) {
            ObjectNode line = JSON.createObjectNode();
            line.put("doc_id", item.item().documentId());
            line.set("doc", JSON.valueToTree(item.item().document()));
            line.put("target", String.valueOf(item.item().target()));
            line.set("arguments", arguments(item.item().requests()));
            ArrayNode responses = line.putArray("resps");
            ArrayNode filtered = line.putArray("filtered_resps");
            for (Response response : item.responses()) {
                responses.addArray().add(JSON.valueToTree(said(response)));
                filtered.add(JSON.valueToTree(response instanceof Response.Generated generated
                        ? task.task().filtered(filter, generated.text(), item.item())
                        : said(response)));
            }
            line.put("filter", filter);
            addFault(line, task.statistics().degenerate(), item.responses());
            String source = Sources.key(task.task().task(), item.item());
            if (source != null) {
                line.put("cluster", source);
            }
            if (!item.divergences().isEmpty()) {
                ArrayNode divergences = line.putArray("kl_divergence");
                item.divergences().forEach(passage -> divergences.add(mean(passage)));
            }
            addMetrics(line, item.scores().getFirst(), filter);
            lines.add(line);
        }
        return lines;
    }

    private static void addFault(ObjectNode line, DegenerateAnswers degenerate, List<Response> responses) {
        for (Response response : responses) {
            AnswerFault fault = response instanceof Response.Generated generated ? degenerate.fault(generated.text()) : null;
            if (fault != null) {
                line.put("degenerate", fault.toString());
            }
        }
    }

    private static double mean(List<Float> divergences) {
        double sum = 0;
        for (float divergence : divergences) {
            sum += divergence;
        }
        return sum / divergences.size();
    }

    private static ObjectNode arguments(List<Request> requests) {
        ObjectNode arguments = JSON.createObjectNode();
        for (int i = 0; i < requests.size(); i++) {
            ObjectNode one = arguments.putObject("gen_args_" + i);
            switch (requests.get(i)) {
                case Request.LogLikelihood pair -> one.put("arg_0", pair.context()).put("arg_1", pair.continuation());
                case Request.Rolling rolling -> one.put("arg_0", rolling.text());
                case Request.Generate generate -> {
                    ObjectNode settings = one.put("arg_0", generate.context()).putObject("arg_1");
                    settings.set("until", JSON.valueToTree(generate.settings().until()));
                    settings.put("do_sample", false).put("max_gen_toks", generate.settings().maxTokens());
                }
                case Request.Windows _ -> throw new IllegalStateException("windows have lines of their own");
            }
            // Where the harness has the pictures themselves, their checksums and names.
            if (!requests.get(i).images().isEmpty()) {
                one.putObject("arg_2").set("visual", JSON.valueToTree(requests.get(i).images()));
            }
        }
        return arguments;
    }

    /** The harness writes answers as texts, Python's spelling of truth included. */
    private static Object said(Response response) {
        return switch (response) {
            case Response.Scored scored -> List.of(String.valueOf(scored.logLikelihood()), scored.greedy() ? "True" : "False");
            case Response.Generated generated -> generated.text();
            case Response.Window _ -> throw new IllegalStateException("windows have lines of their own");
        };
    }

    private static void addMetrics(ObjectNode line, ItemScores scores, String filter) {
        ArrayNode names = line.putArray("metrics");
        for (ItemMetric metric : scores.metrics()) {
            if (metric.filter().equals(filter)) {
                names.add(metric.metric());
                Score score = metric.score();
                if (score.isWeighted()) {
                    line.putArray(metric.metric()).add(score.value()).add(score.weight());
                } else {
                    line.put(metric.metric(), score.value());
                }
            }
        }
    }
}
