package org.bitrank.web.submit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bitrank.engine.evaluate.ChatSettings;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.service.catalog.TaskChoice;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.run.RunRequest;
import org.bitrank.service.submission.Measuring;
import org.springframework.ui.Model;

/** How questions are put: that part of both forms, and what a submission's page says of it. */
final class Asking {
    /** @param words what the form calls it */
    record Option(String value, String words, boolean here) {}

    private Asking() {}

    static void show(Map<String, String> values, Map<String, String> errors, Model model) {
        var chosen = new Measuring(List.of(), values.get("chat-template"), values.get("picture-tokens"));
        model.addAttribute("chatTemplates", ChatSettings.templates().stream().map(name -> new Option(name, template(name), name.equals(chosen.chatTemplate()))).toList());
        model.addAttribute("pictureTokens", AnyResolution.Rounding.labels().stream().map(name -> new Option(name, rule(name), name.equals(chosen.pictureTokens()))).toList());
        model.addAttribute("asking", !chosen.equals(Measuring.USUAL) || errors.containsKey("chat-template") || errors.containsKey("picture-tokens"));
    }

    /** What a run is measured on, and how questions are put where that is not as usual. */
    static List<NamedValue> facts(RunRequest request) {
        var facts = new ArrayList<NamedValue>();
        facts.add(new NamedValue("measured on", request.tasks().stream().map(TaskChoice::toString).collect(Collectors.joining(", "))));
        if (!request.chatTemplate().equals(Measuring.USUAL.chatTemplate())) {
            facts.add(new NamedValue("chat template", template(request.chatTemplate())));
        }
        if (!request.pictureTokens().equals(Measuring.USUAL.pictureTokens())) {
            facts.add(new NamedValue("picture tokens", "counted " + rule(request.pictureTokens())));
        }
        return facts;
    }

    private static String template(String name) {
        return switch (name) {
            case "auto" -> "the model's own, for questions with pictures";
            case "true" -> "the model's own, for all questions";
            case "false" -> "none: bare questions";
            default -> name + ", of the LLaVA code";
        };
    }

    private static String rule(String name) {
        return name.equals(Measuring.USUAL.pictureTokens()) ? "as in transformers" : "as in the LLaVA code";
    }
}
