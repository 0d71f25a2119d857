package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/**
 * What happens to an answer before it is compared: each step rewrites the text. Answers are greedy, so all repeats of a request
 * are one and the same answer.
 */
record FilterPipeline(String name, List<Step> steps) {
    /** From an answer to a document to another text. */
    @FunctionalInterface
    interface Step extends BiFunction<String, Map<String, Object>, String> {}

    /** Where a task says nothing: the answer as it is. */
    static final FilterPipeline NONE = new FilterPipeline("none", List.of());

    static final String INVALID = "[invalid]";

    String apply(String answer, Map<String, Object> document) {
        String filtered = answer;
        for (Step step : steps) {
            filtered = step.apply(filtered, document);
        }
        return filtered;
    }

    static List<FilterPipeline> parse(Object raw, int repeats, String where, TaskFunctions functions) {
        if (raw == null) {
            return List.of(NONE);
        }
        if (!(raw instanceof List<?> list)) {
            throw BitRankException.badInput(where + ": filter_list must be a list");
        }
        var pipelines = new ArrayList<FilterPipeline>();
        for (Object entry : list) {
            if (!(entry instanceof Map<?, ?> map
                    && map.get("name") instanceof String name
                    && map.get("filter") instanceof List<?> wanted)) {
                throw BitRankException.badInput(where + ": every entry of filter_list needs a name and a list named filter");
            }
            var steps = new ArrayList<Step>();
            for (Object function : wanted) {
                if (!(function instanceof Map<?, ?> settings)) {
                    throw BitRankException.badInput(where + ": filter " + name + ": every step needs its function (function: take_first)");
                }
                steps.add(step(settings, repeats, where + ": filter " + name, functions));
            }
            pipelines.add(new FilterPipeline(name, steps));
        }
        return pipelines;
    }

    private static Step step(Map<?, ?> settings, int repeats, String where, TaskFunctions functions) {
        if (settings.get("function") instanceof YamlValues.FunctionName function) {
            return plain(functions.filter(function.name(), where));
        }
        return switch (String.valueOf(settings.get("function"))) {
            case "take_first", "majority_vote" -> plain(UnaryOperator.identity());
            case "take_first_k" -> {
                if (!(settings.get("k") instanceof Long wanted) || wanted < 1 || wanted > repeats) {
                    throw BitRankException.badInput(where + ": take_first_k needs k, 1 to the task's repeats (" + repeats + ")");
                }
                yield plain(UnaryOperator.identity());
            }
            case "remove_whitespace" -> plain(text -> PythonText.strip(text, null));
            case "lowercase" -> plain(text -> text.toLowerCase(Locale.ROOT));
            case "uppercase" -> plain(text -> text.toUpperCase(Locale.ROOT));
            case "regex" -> plain(regex(settings, where));
            case "multi_choice_regex" -> ChoiceFilter.of(settings, where);
            case "map" -> plain(mapping(settings, where));
            case String other -> throw BitRankException.unsupported(where + ": the function '" + other
                    + "' is not there; known are take_first, take_first_k, majority_vote, regex, multi_choice_regex, remove_whitespace, lowercase, uppercase, map");
        };
    }

    private static Step plain(UnaryOperator<String> rewrite) {
        return (text, _) -> rewrite.apply(text);
    }

    private static UnaryOperator<String> regex(Map<?, ?> settings, String where) {
        Pattern pattern = pattern(settings, where);
        long select = select(settings);
        String fallback = fallback(settings);
        return text -> {
            List<List<String>> found = PythonPattern.findAll(pattern, text);
            long index = select < 0 ? found.size() + select : select;
            if (index < 0 || index >= found.size()) {
                return fallback;
            }
            List<String> groups = found.get((int) index);
            String chosen = groups.size() == 1
                    ? groups.getFirst()
                    : groups.stream().filter(group -> !group.isEmpty()).findFirst().orElse(fallback);
            return PythonText.strip(chosen, null);
        };
    }

    static Pattern pattern(Map<?, ?> settings, String where) {
        String expression = settings.containsKey("regex_pattern") ? String.valueOf(settings.get("regex_pattern")) : "#### (\\-?[0-9\\.\\,]+)";
        try {
            return PythonPattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw BitRankException.badInput(where + ": " + e.getDescription() + " in '" + expression + "'", e);
        }
    }

    static long select(Map<?, ?> settings) {
        return settings.get("group_select") instanceof Long number ? number : 0;
    }

    static String fallback(Map<?, ?> settings) {
        return settings.get("fallback") instanceof String text ? text : INVALID;
    }

    private static UnaryOperator<String> mapping(Map<?, ?> settings, String where) {
        if (!(settings.get("mapping_dict") instanceof Map<?, ?> given)) {
            throw BitRankException.badInput(where + ": map needs mapping_dict");
        }
        var mapping = new LinkedHashMap<String, String>();
        given.forEach((from, to) -> mapping.put(String.valueOf(from), String.valueOf(to)));
        String otherwise = String.valueOf(settings.get("default_value"));
        return text -> mapping.getOrDefault(text, otherwise);
    }
}
