package org.bitrank.engine.tasks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.bitrank.engine.template.PythonText;
import org.bitrank.kernels.BitRankException;

/** What happens to an answer before it is compared: each step rewrites the text. */
record FilterPipeline(String name, List<UnaryOperator<String>> steps) {
    /** Where a task says nothing: the answer as it is. */
    static final FilterPipeline NONE = new FilterPipeline("none", List.of());

    private static final String INVALID = "[invalid]";

    String apply(String answer) {
        String filtered = answer;
        for (var step : steps) {
            filtered = step.apply(filtered);
        }
        return filtered;
    }

    static List<FilterPipeline> parse(Object raw, String where) {
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
                    && map.get("filter") instanceof List<?> functions)) {
                throw BitRankException.badInput(where + ": every entry of filter_list needs a name and a list named filter");
            }
            var steps = new ArrayList<UnaryOperator<String>>();
            for (Object function : functions) {
                steps.add(step((Map<?, ?>) function, where + ": filter " + name));
            }
            pipelines.add(new FilterPipeline(name, steps));
        }
        return pipelines;
    }

    private static UnaryOperator<String> step(Map<?, ?> settings, String where) {
        return switch (String.valueOf(settings.get("function"))) {
            // Every request is asked once, so the first answer is the only one and the one of the majority.
            case "take_first", "majority_vote" -> UnaryOperator.identity();
            case "remove_whitespace" -> text -> PythonText.strip(text, null);
            case "lowercase" -> text -> text.toLowerCase(Locale.ROOT);
            case "uppercase" -> text -> text.toUpperCase(Locale.ROOT);
            case "regex" -> regex(settings, where);
            case "map" -> mapping(settings, where);
            case String other -> throw BitRankException.unsupported(
                    where + ": the function '" + other + "' is not there; known are take_first, majority_vote, regex, remove_whitespace, lowercase, uppercase, map");
        };
    }

    private static UnaryOperator<String> regex(Map<?, ?> settings, String where) {
        String expression = settings.containsKey("regex_pattern") ? String.valueOf(settings.get("regex_pattern")) : "#### (\\-?[0-9\\.\\,]+)";
        long select = settings.get("group_select") instanceof Long number ? number : 0;
        String fallback = settings.get("fallback") instanceof String text ? text : INVALID;
        Pattern pattern;
        try {
            pattern = PythonPattern.compile(expression);
        } catch (PatternSyntaxException e) {
            throw BitRankException.badInput(where + ": " + e.getDescription() + " in '" + expression + "'", e);
        }
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
