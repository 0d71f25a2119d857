package org.bitrank.web.submit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.catalog.Suite;
import org.bitrank.service.catalog.TaskChoice;
import org.bitrank.service.submission.FieldProblem;
import org.bitrank.service.submission.Measuring;

/** Which tasks to measure and how to ask, from the words of a form or an address. */
final class Choices {
    private Choices() {}

    /**
     * @param suite id of a suite; empty for the model's own
     * @param tasks names with commas between them, instead of a suite; {@code name=16} takes the first 16 documents of that one
     * @param limit the first so many documents of each task without a limit of its own; empty for all
     * @param errors gets what is wrong, by field
     * @return empty when the model's own suite is meant as it is
     */
    private static List<TaskChoice> of(Catalog catalog, String model, String suite, String tasks, String limit, Map<String, String> errors) {
        Integer first = limit(limit, errors);
        var names = new ArrayList<String>();
        if (tasks != null && !tasks.isBlank()) {
            Stream.of(tasks.split(",")).map(String::strip).filter(name -> !name.isEmpty()).forEach(names::add);
        } else if (suite != null && !suite.isBlank()) {
            Suite known = catalog.suites().stream().filter(candidate -> candidate.id().equals(suite)).findFirst().orElse(null);
            if (known == null) {
                errors.put("suite", "'" + suite + "' is not a suite; there are " + String.join(", ", catalog.suites().stream().map(Suite::id).toList()));
                return List.of();
            }
            if (first == null && known.equals(catalog.suiteFor(model))) {
                return List.of();
            }
            known.tasks().forEach(task -> names.add(task.task()));
        } else if (first == null) {
            return List.of();
        } else {
            catalog.suiteFor(model).tasks().forEach(task -> names.add(task.task()));
        }
        return names.stream().map(name -> choice(name, first, errors)).toList();
    }

    /** @param values of a form or an address: those of {@link #of} and those that say how questions are put; what is wrong with them goes along */
    static Measuring measuring(Catalog catalog, String model, Map<String, String> values) {
        var errors = new LinkedHashMap<String, String>();
        List<TaskChoice> tasks = of(catalog, model, values.get("suite"), values.get("tasks"), values.get("limit"), errors);
        return new Measuring(tasks, values.get("chat-template"), values.get("picture-tokens"),
                errors.entrySet().stream().map(error -> new FieldProblem(error.getKey(), error.getValue())).toList());
    }

    private static TaskChoice choice(String name, Integer first, Map<String, String> errors) {
        int equals = name.lastIndexOf('=');
        if (equals < 0) {
            return new TaskChoice(name, first);
        }
        var own = new LinkedHashMap<String, String>();
        Integer limit = limit(name.substring(equals + 1), own);
        own.values().forEach(problem -> errors.put("tasks", name + ": " + problem));
        return new TaskChoice(name.substring(0, equals).strip(), limit);
    }

    private static Integer limit(String limit, Map<String, String> errors) {
        if (limit == null || limit.isBlank()) {
            return null;
        }
        try {
            int value = Integer.parseInt(limit.strip());
            if (value >= 1) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Told below, as for a number below one.
        }
        errors.put("limit", "'" + limit + "' is not a whole number of at least 1; leave it empty for all documents");
        return null;
    }
}
