package org.bitrank.service.submission;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.hub.HubAddress;
import org.bitrank.engine.hub.HubTrouble;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.WholeModel;
import org.bitrank.engine.quantize.ModelFit;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
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
    private final HubIntake intake;
    private final ServiceSettings settings;
    private final JsonMapper json;

    Inspection(Catalog catalog, HubIntake intake, ServiceSettings settings, JsonMapper json) {
        this.catalog = catalog;
        this.intake = intake;
        this.settings = settings;
        this.json = json;
    }

    /** @param asking whether the hub is asked, and a model of it taken in; otherwise only what is on this machine counts */
    Order recipe(ObjectNode node, Measuring measuring, boolean asking) {
        Recipe.Reading reading = Recipe.read(node);
        var problems = new ArrayList<>(measuring.problems());
        reading.problems().forEach(problem -> problems.add(new FieldProblem(problem.key(), problem.message())));
        boolean named = reading.problems().stream().noneMatch(problem -> problem.key().equals("model"));
        Model model = named ? model(node.path("model").asString(""), "model", asking, problems) : Model.UNKNOWN;
        if (reading.valid()) {
            if (model.opened != null) {
                ModelFit.problems(reading.recipe(), model.opened.json(), model.opened.config()).forEach(problem -> problems.add(new FieldProblem(problem.key(), problem.message())));
            }
            calibration(reading.recipe(), problems);
        }
        Suite suite = suite(model, measuring.tasks(), asking, problems);
        if (!problems.isEmpty()) {
            return Order.refused(problems);
        }
        Recipe recipe = model.id.equals(reading.recipe().model()) ? reading.recipe() : Recipe.read(node.deepCopy().put("model", model.id)).recipe();
        keep(model);
        String canonical = recipe.canonicalJson();
        var request = new RunRequest(
                RunKind.RECIPE, recipe.model(), recipe.method(), recipe.label(), canonical, null, suite.id(), suite.tasks(),
                measuring.chatTemplate(), measuring.pictureTokens());
        return Order.of(request, canonical, Hashes.of("recipe", canonical, tasks(suite) + measuring.unusual()));
    }

    Order base(String name, Measuring measuring) {
        var problems = new ArrayList<>(measuring.problems());
        Model model = model(name, "model", true, problems);
        Suite suite = suite(model, measuring.tasks(), true, problems);
        if (!problems.isEmpty()) {
            return Order.refused(problems);
        }
        keep(model);
        var request = new RunRequest(
                RunKind.BASE, model.id, UNQUANTIZED, "unquantized", null, null, suite.id(), suite.tasks(),
                measuring.chatTemplate(), measuring.pictureTokens());
        String content = json.writeValueAsString(json.createObjectNode().put("model", model.id));
        return Order.of(request, content, Hashes.of("base", model.id, tasks(suite) + measuring.unusual()));
    }

    /**
     * @param location what the engine is to open: a path, or an address of the hub; null where that is among what is wrong
     * @param identity what tells this checkpoint from others: the checksum of an upload; null for its location
     */
    Order checkpoint(String base, String location, String identity, String title, Measuring measuring) {
        var problems = new ArrayList<>(measuring.problems());
        Model model = model(base, "base", true, problems);
        Weights weights = location == null ? null : weights(location, problems);
        Suite suite = suite(model, measuring.tasks(), true, problems);
        if (suite != null && weights != null && weights.config != null) {
            requireSight(suite, weights.config, "the checkpoint", problems);
        }
        if (!problems.isEmpty()) {
            return Order.refused(problems);
        }
        keep(model);
        String label = title == null || title.isBlank() ? weights.format + " checkpoint" : title.strip();
        var request = new RunRequest(
                RunKind.CHECKPOINT, model.id, weights.format, label, null, weights.location, suite.id(), suite.tasks(),
                measuring.chatTemplate(), measuring.pictureTokens());
        String known = identity == null ? weights.location : identity;
        String content = json.writeValueAsString(
                json.createObjectNode().put("base", model.id).put("checkpoint", known).put("title", label));
        return Order.of(request, content, Hashes.of("checkpoint", model.id, known, tasks(suite) + measuring.unusual()));
    }

    /** A model's {@code config.json}, and what it says. */
    private record Opened(ObjectNode json, ModelConfig config) {}

    /**
     * @param id what a model is called from now on; null where it is not known which is meant
     * @param pinned what is to be taken into the catalogue for that, or null
     * @param opened null of a model that is not on this machine: nothing is known of it yet
     */
    private record Model(String id, HubIntake.Pinned pinned, Opened opened) {
        static final Model UNKNOWN = new Model(null, null, null);
    }

    private void keep(Model model) {
        if (model.pinned != null) {
            intake.keep(model.pinned);
        }
    }

    /** A model that no worker could load is refused here, not an hour later: its headers are opened, or the hub is asked. */
    private Model model(String name, String field, boolean asking, List<FieldProblem> problems) {
        if (name == null || name.isBlank()) {
            problems.add(new FieldProblem(field, "is missing"));
            return Model.UNKNOWN;
        }
        try {
            String location = catalog.location(name);
            HubIntake.Pinned pinned = asking && HubAddress.isOne(location) ? intake.pin(location) : null;
            Opened opened = ModelCatalog.local(pinned == null ? location : pinned.location()).map(here -> opened(here, asking)).orElse(null);
            // An operator's own name for a model stays.
            return pinned == null || !location.equals(name) ? new Model(name, null, opened) : new Model(pinned.id(), pinned, opened);
        } catch (BitRankException e) {
            problems.add(problem(field, e));
            return Model.UNKNOWN;
        }
    }

    /** @param config null of a checkpoint that is not on this machine */
    private record Weights(String location, String format, ModelConfig config) {}

    private Weights weights(String name, List<FieldProblem> problems) {
        try {
            String location = catalog.location(name);
            if (HubAddress.isOne(location)) {
                HubIntake.Pinned pinned = intake.pin(location);
                return new Weights(pinned.location(), pinned.format(), null);
            }
            Path path = ModelCatalog.resolve(location).toAbsolutePath();
            try (Checkpoint checkpoint = Checkpoint.open(path)) {
                return new Weights(path.toString(), checkpoint.format(), WholeModel.require(checkpoint));
            }
        } catch (BitRankException e) {
            problems.add(problem("checkpoint", e));
            return null;
        }
    }

    /** What the sender can mend; a hub that gives no answer and a disk without room are somebody else's, and go on as they are. */
    private static FieldProblem problem(String field, BitRankException failure) {
        if (failure.failureClass() == FailureClass.INFRASTRUCTURE || HubTrouble.isCauseOf(failure)) {
            throw failure;
        }
        return new FieldProblem(field, failure.getMessage());
    }

    /** @param whole whether tensors and tokenizer are looked at too, which is more than a form can wait for while it is filled in */
    private static Opened opened(Path location, boolean whole) {
        try (Checkpoint checkpoint = Checkpoint.open(location)) {
            return new Opened(checkpoint.config(), whole ? WholeModel.require(checkpoint) : ModelConfig.of(checkpoint));
        }
    }

    /** Workers elsewhere may have a file that this process has not: then a run tells what it misses. */
    private void calibration(Recipe recipe, List<FieldProblem> problems) {
        if (!settings.workerEnabled() || recipe.calibration() == null || problems.stream().anyMatch(problem -> problem.field().equals(CalibrationSettings.DATASET))) {
            return;
        }
        recipe.calibration().file().filter(file -> !Files.isRegularFile(file) || !Files.isReadable(file)).ifPresent(file ->
                problems.add(new FieldProblem(CalibrationSettings.DATASET, ("'%s' names no file that the server can read; give the whole path of a file on the"
                        + " machine that BitRank runs on, or a data set by its name").formatted(recipe.calibration().dataset()))));
    }

    private Suite suite(Model model, List<TaskChoice> chosen, boolean asking, List<FieldProblem> problems) {
        Suite suite = chosen(model.id, chosen, asking, problems);
        if (suite != null && model.opened != null) {
            requireSight(suite, model.opened.config(), model.id, problems);
        }
        return suite;
    }

    private static void requireSight(Suite suite, ModelConfig config, String model, List<FieldProblem> problems) {
        if (config.vision() != null || problems.stream().anyMatch(problem -> problem.field().equals("tasks"))) {
            return;
        }
        List<String> shown = TaskList.of(suite.tasks()).showingPictures();
        if (!shown.isEmpty()) {
            problems.add(new FieldProblem("tasks", "%s: these show pictures, and %s reads text alone; leave them out".formatted(String.join(", ", shown), model)));
        }
    }

    private Suite chosen(String model, List<TaskChoice> chosen, boolean asking, List<FieldProblem> problems) {
        if (chosen.isEmpty()) {
            // Without a model there is no saying which suite is meant.
            return model == null ? null : runnable(catalog.suiteFor(model), asking, problems);
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
                return runnable(known, asking, problems);
            }
        }
        return runnable(new Suite("custom", "Chosen tasks", List.copyOf(chosen)), asking, problems);
    }

    /** Workers elsewhere may have data that this process has not: then a run tells what it misses. */
    private Suite runnable(Suite suite, boolean asking, List<FieldProblem> problems) {
        try {
            TaskList tasks = TaskList.of(suite.tasks());
            if (settings.workerEnabled()) {
                tasks.requireData(settings.taskData(), asking);
            }
        } catch (BitRankException e) {
            problems.add(problem("tasks", e));
        }
        return suite;
    }

    private static String tasks(Suite suite) {
        return suite.tasks().toString();
    }
}
