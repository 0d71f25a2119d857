package org.bitrank.service.item;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitrank.service.item.ItemView.Answer;
import org.bitrank.service.item.ItemView.Choice;
import org.bitrank.service.item.ItemView.ItemFigure;
import org.bitrank.service.item.ItemView.Picture;
import tools.jackson.databind.JsonNode;

/** Reads a line of a records file, which has lm-evaluation-harness's fields, beside the base's line of the same item. */
final class ItemReader {
    private final JsonNode value;
    private final JsonNode base;

    /** @param base null without one */
    ItemReader(JsonNode value, JsonNode base) {
        this.value = value;
        this.base = base;
    }

    /** @param before the base's entry of the item, or null */
    ItemView view(RecordsIndex.Entry entry, RecordsIndex.Entry before) {
        if (value.has("mean_nll")) {
            return window(entry.document());
        }
        Verdict baseVerdict = before == null ? null : before.verdict();
        List<String> contexts = arguments("arg_0");
        List<String> continuations = arguments("arg_1");
        int common = common(contexts);
        String target = value.path("target").asString("");
        boolean generated = !value.path("filtered_resps").path(0).isArray();
        return new ItemView(
                entry.document(),
                contexts.isEmpty() ? "" : contexts.getFirst().substring(0, common),
                pictures(),
                generated ? List.of() : choices(contexts, continuations, common, target, entry.verdict(), baseVerdict),
                target.isEmpty() ? null : target,
                answer(value, entry, generated),
                before == null ? null : answer(base, before, generated),
                figures());
    }

    private ItemView window(int document) {
        Double mine = value.path("mean_nll").asDouble();
        Double other = base == null ? null : Double.valueOf(base.path("mean_nll").asDouble());
        return new ItemView(document, null, List.of(), List.of(), null, Answer.unwritten(Verdict.NONE),
                base == null ? null : Answer.unwritten(Verdict.NONE),
                List.of(new ItemFigure("nats a token", mine, other)));
    }

    private List<String> arguments(String name) {
        var texts = new ArrayList<String>();
        JsonNode arguments = value.path("arguments");
        for (int i = 0; arguments.has("gen_args_" + i); i++) {
            JsonNode text = arguments.path("gen_args_" + i).path(name);
            texts.add(text.isString() ? text.asString() : "");
        }
        return texts;
    }

    /** Every choice is asked with the same pictures. */
    private List<Picture> pictures() {
        var pictures = new ArrayList<Picture>();
        for (JsonNode picture : value.path("arguments").path("gen_args_0").path("arg_2").path("visual")) {
            pictures.add(new Picture(picture.path("sha256").asString(""), picture.path("name").asString("")));
        }
        return pictures;
    }

    private List<Choice> choices(
            List<String> contexts, List<String> continuations, int common, String target, Verdict verdict, Verdict baseVerdict) {
        int best = likeliest(value);
        int baseBest = base == null ? -1 : likeliest(base);
        int right = number(target, contexts.size());
        if (right < 0) {
            // Where the task states something else, the verdicts tell.
            right = verdict == Verdict.RIGHT ? best : baseVerdict == Verdict.RIGHT ? baseBest : -1;
        }
        var choices = new ArrayList<Choice>();
        for (int i = 0; i < contexts.size(); i++) {
            boolean several = contexts.size() > 1;
            choices.add(new Choice(
                    contexts.get(i).substring(common) + continuations.get(i), several && i == right,
                    logLikelihood(value, i), base == null ? null : logLikelihood(base, i),
                    value.path("filtered_resps").path(i).path(1).asString("").equals("True"),
                    several && i == best, several && i == baseBest));
        }
        return choices;
    }

    /** How much of the contexts is the same, up to a space. */
    private static int common(List<String> contexts) {
        if (contexts.isEmpty()) {
            return 0;
        }
        String first = contexts.getFirst();
        int common = first.length();
        for (String context : contexts) {
            int same = 0;
            while (same < Math.min(common, context.length()) && first.charAt(same) == context.charAt(same)) {
                same++;
            }
            common = same;
        }
        int longest = contexts.stream().mapToInt(String::length).max().orElse(0);
        return common == longest ? common : first.lastIndexOf(' ', common) + 1;
    }

    private static int number(String target, int choices) {
        return target.matches("\\d{1,4}") && Integer.parseInt(target) < choices ? Integer.parseInt(target) : -1;
    }

    private static Double logLikelihood(JsonNode line, int choice) {
        String text = line.path("filtered_resps").path(choice).path(0).asString("");
        return text.isEmpty() ? null : Double.valueOf(text);
    }

    private static int likeliest(JsonNode line) {
        int best = -1;
        double most = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < line.path("filtered_resps").size(); i++) {
            Double logLikelihood = logLikelihood(line, i);
            if (logLikelihood != null && logLikelihood > most) {
                most = logLikelihood;
                best = i;
            }
        }
        return best;
    }

    private static Answer answer(JsonNode line, RecordsIndex.Entry entry, boolean generated) {
        return generated
                ? new Answer(entry.verdict(), line.path("resps").path(0).path(0).asString(""), line.path("filtered_resps").path(0).asString(""), entry.fault())
                : Answer.unwritten(entry.verdict());
    }

    private List<ItemFigure> figures() {
        var figures = new ArrayList<ItemFigure>();
        for (JsonNode name : value.path("metrics")) {
            String metric = name.asString("");
            figures.add(new ItemFigure(metric, figure(value, metric), base == null ? null : figure(base, metric)));
        }
        return figures;
    }

    private static Double figure(JsonNode line, String metric) {
        JsonNode figure = line.path(metric);
        JsonNode number = figure.isArray() ? figure.path(0) : figure;
        return number.isNumber() ? Double.valueOf(number.asDouble()) : null;
    }

    /** Whether the item has all the words, which are in lower case. */
    boolean contains(String[] words) {
        var text = new StringBuilder();
        arguments("arg_0").forEach(part -> text.append(part).append(' '));
        arguments("arg_1").forEach(part -> text.append(part).append(' '));
        text.append(value.path("target").asString(""));
        value.path("resps").forEach(response -> text.append(' ').append(response.path(0).asString("")));
        String found = text.toString().toLowerCase(Locale.ROOT);
        for (String word : words) {
            if (!found.contains(word)) {
                return false;
            }
        }
        return true;
    }
}
