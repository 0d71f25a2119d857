package org.bitrank.service.submission;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.quantize.Recipe;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.catalog.Suite;
import org.bitrank.service.catalog.TaskChoice;
import org.bitrank.service.run.RunKind;
import org.bitrank.service.run.RunRequest;
import org.bitrank.service.run.TaskList;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Checks what is sent before anything is queued: recipe, model, checkpoint, tasks. */
@Component
class Inspection {
    private static final String UNQUANTIZED = "none";

    private final Catalog catalog;
    private final ServiceSettings settings;
    private final JsonMapper json;

    Inspection(Catalog catalog, ServiceSettings settings, JsonMapper json) {
        this.catalog = catalog;
        this.settings = settings;
        this.json = json;
    }

    Order recipe(ObjectNode node, List<TaskChoice> chosen) {
        Recipe.Reading reading = Recipe.read(node);
        if (!reading.valid()) {
            return Order.refused(reading.problems().stream()
                    .map(problem -> new FieldProblem(problem.key(), problem.message()))
                    .toList());
        }
        Recipe recipe = reading.recipe();
        var problems = new ArrayList<FieldProblem>();
        model(recipe.model(), "model", problems);
        Suite suite = suite(recipe.model(), chosen, problems);
        if (!problems.isEmpty()) {
            return Order.refused(problems);
        }
        String canonical = recipe.canonicalJson();
        var request = new RunRequest(
                RunKind.RECIPE, recipe.model(), recipe.method(), recipe.label(), canonical, null, suite.id(), suite.tasks());
        return Order.of(request, canonical, Hashes.of("recipe", canonical, tasks(suite)));
    }

    Order base(String model, List<TaskChoice> chosen) {
        var problems = new ArrayList<FieldProblem>();
        model(model, "model", problems);
        Suite suite = suite(model, chosen, problems);
        if (!problems.isEmpty()) {
            return Order.refused(problems);
        }
        var request = new RunRequest(
                RunKind.BASE, model, UNQUANTIZED, "unquantized", null, null, suite.id(), suite.tasks());
        String content = json.writeValueAsString(json.createObjectNode().put("model", model));
        return Order.of(request, content, Hashes.of("base", model, tasks(suite)));
    }

    /** @param identity what tells this checkpoint from others: the checksum of an upload, else its location */
    Order checkpoint(String base, Path location, String identity, String title, List<TaskChoice> chosen) {
        var problems = new ArrayList<FieldProblem>();
        model(base, "base", problems);
        String method = method(location, problems);
        Suite suite = suite(base, chosen, problems);
        if (!problems.isEmpty()) {
            return Order.refused(problems);
        }
        String label = title == null || title.isBlank() ? method + " checkpoint" : title.strip();
        var request = new RunRequest(
                RunKind.CHECKPOINT, base, method, label, null, location.toString(), suite.id(), suite.tasks());
        String content = json.writeValueAsString(
                json.createObjectNode().put("base", base).put("checkpoint", identity).put("title", label));
        return Order.of(request, content, Hashes.of("checkpoint", base, identity, tasks(suite)));
    }

    /** Opens the model's headers: a model that no worker could load is refused here, not an hour later. */
    private void model(String name, String field, List<FieldProblem> problems) {
        if (name == null || name.isBlank()) {
            problems.add(new FieldProblem(field, "is missing"));
            return;
        }
        try (Checkpoint checkpoint = Checkpoint.open(ModelCatalog.resolve(catalog.location(name)))) {
            ModelConfig.of(checkpoint.config());
        } catch (BitRankException e) {
            problems.add(new FieldProblem(field, e.getMessage()));
        }
    }

    private static String method(Path location, List<FieldProblem> problems) {
        try (Checkpoint checkpoint = Checkpoint.open(location)) {
            ModelConfig.of(checkpoint.config());
            return checkpoint.format();
        } catch (BitRankException e) {
            problems.add(new FieldProblem("checkpoint", e.getMessage()));
            return null;
        }
    }

    private Suite suite(String model, List<TaskChoice> chosen, List<FieldProblem> problems) {
        if (chosen.isEmpty()) {
            // Without a model there is no saying which suite is meant.
            return problems.isEmpty() ? runnable(catalog.suiteFor(model), problems) : null;
        }
        for (TaskChoice choice : chosen) {
            if (choice.task() == null || choice.task().isBlank()) {
                problems.add(new FieldProblem("tasks", "a task has no name"));
                return null;
            }
            if (choice.limit() != null && choice.limit() < 1) {
                problems.add(new FieldProblem("tasks", choice.task() + ": limit must be at least 1, not " + choice.limit()));
                return null;
            }
        }
        for (Suite known : catalog.suites()) {
            if (known.tasks().equals(chosen)) {
                return runnable(known, problems);
            }
        }
        return runnable(new Suite("custom", "Chosen tasks", List.copyOf(chosen)), problems);
    }

    /** Workers elsewhere may have data that this process has not: then a run tells what it misses. */
    private Suite runnable(Suite suite, List<FieldProblem> problems) {
        try {
            TaskList tasks = TaskList.of(suite.tasks());
            if (settings.workerEnabled()) {
                tasks.requireData(settings.taskData());
            }
        } catch (BitRankException e) {
            problems.add(new FieldProblem("tasks", e.getMessage()));
        }
        return suite;
    }

    private static String tasks(Suite suite) {
        return suite.tasks().toString();
    }
}
