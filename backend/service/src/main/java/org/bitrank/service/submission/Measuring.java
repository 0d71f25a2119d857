package org.bitrank.service.submission;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.evaluate.ChatSettings;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.service.catalog.TaskChoice;

/**
 * What a submission asks to measure, and how questions are put.
 *
 * @param tasks empty means the model's suite
 * @param chatTemplate one of {@link ChatSettings#templates()}; null or blank for the usual
 * @param pictureTokens whose rule counts the tokens of pictures, of {@link AnyResolution.Rounding#labels()}; null or blank for the usual
 * @param mistyped what could not be read of the request, so that it is told together with what is wrong with the rest; nothing is accepted with any
 */
public record Measuring(List<TaskChoice> tasks, String chatTemplate, String pictureTokens, List<FieldProblem> mistyped) {
    /** The model's suite, asked as usual. */
    public static final Measuring USUAL = of(List.of());

    public Measuring {
        tasks = List.copyOf(tasks);
        mistyped = List.copyOf(mistyped);
        chatTemplate = chatTemplate == null || chatTemplate.isBlank() ? ChatSettings.templates().getFirst() : chatTemplate.strip();
        pictureTokens = pictureTokens == null || pictureTokens.isBlank() ? AnyResolution.Rounding.labels().getFirst() : pictureTokens.strip();
    }

    public Measuring(List<TaskChoice> tasks, String chatTemplate, String pictureTokens) {
        this(tasks, chatTemplate, pictureTokens, List.of());
    }

    /** Asked as usual. */
    public static Measuring of(List<TaskChoice> tasks) {
        return new Measuring(tasks, null, null);
    }

    /** The same, with something more that is wrong with the request. */
    public Measuring with(FieldProblem problem) {
        var all = new ArrayList<>(mistyped);
        all.add(problem);
        return new Measuring(tasks, chatTemplate, pictureTokens, all);
    }

    /** What could not be read, and what is wrong with how questions are put. */
    List<FieldProblem> problems() {
        var problems = new ArrayList<>(mistyped);
        check("chat-template", chatTemplate, ChatSettings.templates(), problems);
        check("picture-tokens", pictureTokens, AnyResolution.Rounding.labels(), problems);
        return problems;
    }

    private static void check(String field, String value, List<String> allowed, List<FieldProblem> problems) {
        if (!allowed.contains(value)) {
            problems.add(new FieldProblem(field, "'" + value + "' is not one of " + String.join(", ", allowed)));
        }
    }

    /** How questions are put where that is not as usual, as one text; empty where it is, as in all that was sent before there was a choice. */
    String unusual() {
        return chatTemplate.equals(USUAL.chatTemplate) && pictureTokens.equals(USUAL.pictureTokens)
                ? ""
                : " chat template " + chatTemplate + ", picture tokens " + pictureTokens;
    }
}
