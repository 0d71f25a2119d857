package org.bitrank.engine.quantize.recipe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Recipe text to {@link Recipe}, telling everything that is wrong with it. */
public final class RecipeReader {
    public static final OptionsSchema<WeightSettings> WEIGHTS = WeightSettings.Type.INT.schema();
    public static final OptionsSchema<ActivationSettings> ACTIVATIONS = OptionsSchema.of(ActivationSettings.class);
    public static final OptionsSchema<KeyValueSettings> KEY_VALUES = OptionsSchema.of(KeyValueSettings.class);
    public static final OptionsSchema<CalibrationSettings> CALIBRATION = OptionsSchema.of(CalibrationSettings.class);
    public static final OptionsSchema<Scope> SCOPE = OptionsSchema.of(Scope.class);
    static final List<String> KEYS = List.of("model", "prepare", "method", "weights", "options", "modules", "activations", "kv-cache", "calibration", "scope", "format");

    private static final long LARGEST_FILE = 1 << 20;

    private RecipeReader() {}

    static ObjectNode node(String fileOrInline) {
        if (fileOrInline.strip().startsWith("{")) {
            return parse(fileOrInline, "recipe");
        }
        Path file = Path.of(fileOrInline);
        try {
            if (!Files.isRegularFile(file)) {
                throw BitRankException.badInput("recipe file " + file + " does not exist; give a YAML or JSON file, or JSON"
                        + " itself in braces");
            }
            if (Files.size(file) > LARGEST_FILE) {
                throw BitRankException.badInput("recipe file " + file + " is larger than 1 MiB; is it a recipe?");
            }
            return parse(Files.readString(file), "recipe file " + file);
        } catch (IOException unreadable) {
            throw BitRankException.badInput(
                    "recipe file " + file + " cannot be read as UTF-8 text: " + unreadable.getMessage(), unreadable);
        }
    }

    public static ObjectNode parse(String text, String where) {
        JsonNode node;
        try {
            node = YamlText.parse(text);
        } catch (JacksonException malformed) {
            throw BitRankException.badInput("%s is neither YAML nor JSON at %s".formatted(where, YamlText.problem(malformed)), malformed);
        }
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw BitRankException.badInput(where + " must hold keys and values: " + String.join(", ", KEYS));
    }

    static JsonNode part(String typed) {
        try {
            return YamlText.parse(typed);
        } catch (JacksonException malformed) {
            return JsonNodeFactory.instance.stringNode(typed);
        }
    }

    /** What is wrong with something that should be a list. @param of what it holds, with an example */
    static RecipeProblem noList(String key, JsonNode node, String of) {
        String typed = node.isString() ? YamlText.problem(node.stringValue()).map(problem -> "is neither YAML nor JSON at " + problem + "; it ").orElse("") : "";
        return new RecipeProblem(key, typed + "must be a list of " + of);
    }

    static Recipe.Reading read(ObjectNode node, String modelInstead) {
        List<RecipeProblem> problems = new ArrayList<>();
        for (String key : node.propertyNames()) {
            if (!KEYS.contains(key)) {
                problems.add(new RecipeProblem(key, NearNames.unknown(key, KEYS)));
            }
        }
        String model = modelInstead == null ? text(node, "model", "model", problems) : modelInstead;
        QuantizationMethod<?> method = method(node, "method", "method", problems);
        // The options come first, because they may decide what is left to choose of the weights; their problems come second.
        var ofOptions = new ArrayList<RecipeProblem>();
        Record options = method == null ? null : method.schema().read(node.get("options"), "options", ofOptions);
        WeightSettings weights = method == null
                ? WEIGHTS.read(node.get("weights"), "weights", problems)
                : weights(method, options, null, node.get("weights"), "weights", problems);
        problems.addAll(ofOptions);
        List<PrepareStep> steps = PrepareStep.read(node.get("prepare"), problems);
        List<ModuleRule> modules = List.of();
        if (method != null && weights != null && options != null) {
            check(method, weights, options, "", problems);
            modules = ModuleRule.read(node.get("modules"), new ModuleRule("*", method.name(), weights, options), problems);
        }
        ActivationSettings activations =
                (method == null ? ACTIVATIONS : method.activationsSchema()).read(node.get("activations"), "activations", problems);
        if (activations != null) {
            activations.check(problems);
            if (method != null) {
                method.checkActivations(activations, problems);
            }
            steps.forEach(step -> MethodRegistry.get(step.method()).checkActivations(activations, problems));
        }
        KeyValueSettings keyValues = (method == null ? KEY_VALUES : method.keyValuesSchema()).read(node.get("kv-cache"), "kv-cache", problems);
        CalibrationSettings calibration = CALIBRATION.read(node.get("calibration"), "calibration", problems);
        if (calibration != null) {
            calibration.check(problems);
        }
        Scope scope = SCOPE.read(node.get("scope"), "scope", problems);
        if (scope != null) {
            scope.check(problems);
        }
        String format = format(node, method, weights, problems);
        if (!problems.isEmpty()) {
            return new Recipe.Reading(null, List.copyOf(problems));
        }
        var recipe = new Recipe(
                model,
                steps,
                method.name(),
                weights,
                options,
                modules,
                activations.present() ? activations : null,
                keyValues.present() ? keyValues : null,
                calibration.forModel(model),
                scope,
                format);
        // A recipe that looks at no data has no calibration, so that equal recipes are equal whatever is said of it.
        return new Recipe.Reading(recipe.calibrated() ? recipe : recipe.withoutCalibration(), List.of());
    }

    /**
     * Settings under what the method's options leave to choose. Where they decide something themselves, a setting that has the
     * method's usual value is no wish: forms send every field.
     *
     * @param options null where they could not be read
     * @param usual what holds where nothing is said; null: the method's defaults
     */
    static <O extends Record> WeightSettings weights(
            QuantizationMethod<O> method, Record options, ObjectNode usual, JsonNode said, String path, List<RecipeProblem> problems) {
        OptionsSchema<WeightSettings> common = method.weightsSchema();
        OptionsSchema<WeightSettings> decided = options == null ? common : method.weightsSchema(method.optionsType().cast(options));
        if (decided.fields().equals(common.fields())) {
            return common.read(usual == null ? said : merged(usual, said), path, problems);
        }
        if (!(said instanceof ObjectNode wishes)) {
            return decided.read(said, path, problems);
        }
        ObjectNode defaults = common.write(common.defaults());
        var kept = wishes.deepCopy();
        defaults.properties().forEach(field -> {
            // As texts, because 4 may be an int in one and a long in the other.
            if (kept.has(field.getKey()) && field.getValue().asString().equals(kept.get(field.getKey()).asString())) {
                kept.remove(field.getKey());
            }
        });
        var found = new ArrayList<RecipeProblem>();
        WeightSettings settings = decided.read(kept, path, found);
        for (RecipeProblem problem : found) {
            String key = problem.key().substring(problem.key().lastIndexOf('.') + 1);
            problems.add(new RecipeProblem(problem.key(), problem.message() + (kept.has(key) ? method.decidedBy(key, kept.get(key)) : "")));
        }
        return settings;
    }

    static JsonNode merged(ObjectNode usual, JsonNode said) {
        if (said == null || said.isNull()) {
            return usual;
        }
        if (!(said instanceof ObjectNode object)) {
            return said;
        }
        usual.setAll(object);
        return usual;
    }

    /** The method's own word on settings that are allowed one by one. @param path in front of the keys */
    static <O extends Record> void check(
            QuantizationMethod<O> method, WeightSettings weights, Record options, String path, List<RecipeProblem> problems) {
        var found = new ArrayList<RecipeProblem>();
        method.check(weights, method.optionsType().cast(options), found);
        found.forEach(problem -> problems.add(new RecipeProblem(path + problem.key(), problem.message())));
    }

    /** The method's word on what a rule asks for. @param path in front of the keys */
    static <O extends Record> void checkRule(QuantizationMethod<O> method, Record options, String path, List<RecipeProblem> problems) {
        var found = new ArrayList<RecipeProblem>();
        method.checkRule(method.optionsType().cast(options), found);
        found.forEach(problem -> problems.add(new RecipeProblem(path + problem.key(), problem.message())));
    }

    /** @param path of the key, for the problem */
    static String text(ObjectNode node, String key, String path, List<RecipeProblem> problems) {
        JsonNode value = node.get(key);
        if (value != null && value.isString() && !value.stringValue().isBlank()) {
            return value.stringValue().strip();
        }
        problems.add(new RecipeProblem(path, value == null ? "is missing" : value + " is not allowed; it must be a text"));
        return null;
    }

    static QuantizationMethod<?> method(ObjectNode node, String key, String path, List<RecipeProblem> problems) {
        String name = text(node, key, path, problems);
        if (name == null) {
            return null;
        }
        var method = MethodRegistry.find(name);
        if (method.isEmpty()) {
            problems.add(new RecipeProblem(path, "'" + name + "' is " + NearNames.unknown(name, MethodRegistry.names())));
        }
        return method.orElse(null);
    }

    private static String format(ObjectNode node, QuantizationMethod<?> method, WeightSettings weights, List<RecipeProblem> problems) {
        if (!node.has("format")) {
            return method == null ? StorageFormats.USUAL : method.usualFormat();
        }
        String format = text(node, "format", "format", problems);
        List<String> formats = StorageFormats.quantized();
        if (format != null && !formats.contains(format)) {
            problems.add(new RecipeProblem("format", "'" + format + "' is " + NearNames.unknown(format, formats)));
        } else if (method != null && !method.formats().isEmpty() && !method.formats().contains(format)) {
            problems.add(new RecipeProblem("format", "%s cannot hold what %s makes; formats that can: %s".formatted(format, method.name(), String.join(", ", method.formats()))));
        } else if (method != null && weights != null && method.uniformIntegers()) {
            StorageFormats.problem(format, new AffineGrid(weights.bits(), weights.symmetric()), weights.groupSize() == WeightSettings.CHANNEL)
                    .ifPresent(problem -> problems.add(new RecipeProblem("format", problem)));
        }
        return format;
    }
}
