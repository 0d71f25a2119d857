package org.bitrank.engine.quantize.recipe;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What to do to a model, complete: every default is filled in.
 *
 * @param model catalogue id, hub id, directory or file
 * @param prepare methods that rewrite the weights first, in order; often none
 * @param method a name of {@link MethodRegistry}: the one that chooses the codes
 * @param options the method's own options record
 * @param modules rules for layers that are treated otherwise; often none
 * @param activations how inputs of the coded layers are rounded while the model runs; null where they are not
 * @param keyValues how keys and values are rounded; null where they are not
 * @param calibration null where no method looks at data
 * @param format how the artifact is written
 */
public record Recipe(
        String model,
        List<PrepareStep> prepare,
        String method,
        WeightSettings weights,
        Record options,
        List<ModuleRule> modules,
        ActivationSettings activations,
        KeyValueSettings keyValues,
        CalibrationSettings calibration,
        Scope scope,
        String format) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** A recipe file (YAML or JSON), or JSON itself when it starts with a brace. BAD_INPUT tells every problem. */
    public static Recipe of(String fileOrInline) {
        return RecipeReader.read(RecipeReader.node(fileOrInline), null).orThrow();
    }

    /** The same, for the model that the caller names instead of the recipe's. */
    public static Recipe of(String fileOrInline, String model) {
        return RecipeReader.read(RecipeReader.node(fileOrInline), model).orThrow();
    }

    /**
     * What a recipe says of calibration where nothing of it looks at data: a sentence that it is not used; empty elsewhere. The data
     * need not even be there, and forms send the section always, so that it is no error.
     *
     * @param complete the same recipe, read
     */
    public static Optional<String> unusedCalibration(String fileOrInline, Recipe complete) {
        return complete.calibrated() || RecipeReader.node(fileOrInline).path("calibration").isEmpty()
                ? Optional.empty()
                : Optional.of("calibration is not used: nothing in the recipe (method %s) looks at data".formatted(complete.method()));
    }

    /** YAML or JSON text. */
    public static Recipe parse(String text) {
        return RecipeReader.read(RecipeReader.parse(text, "recipe"), null).orThrow();
    }

    /** The recipe of a node, or its problems by key for a form to show beside its fields. */
    public static Reading read(ObjectNode node) {
        return RecipeReader.read(node, null);
    }

    /** A part of a recipe that somebody typed in YAML or JSON: a list, say. What is neither comes back as the text that it is. */
    public static JsonNode part(String typed) {
        return RecipeReader.part(typed);
    }

    /** What came of reading a recipe: the recipe, or what is wrong with it. */
    public record Reading(Recipe recipe, List<RecipeProblem> problems) {
        public boolean valid() {
            return problems.isEmpty();
        }

        public Recipe orThrow() {
            if (!valid()) {
                throw BitRankException.badInput("recipe: "
                        + problems.stream().map(RecipeProblem::toString).collect(Collectors.joining("; ")));
            }
            return recipe;
        }
    }

    /** Every setting in one order and one spelling. */
    public ObjectNode toJson() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("model", model);
        // What a recipe does not have is not written, so that its hash stays what it was before there was such a thing.
        if (!prepare.isEmpty()) {
            ArrayNode steps = node.putArray("prepare");
            prepare.forEach(step -> steps.add(step.toJson()));
        }
        node.put("method", method);
        node.set("weights", RecipeReader.WEIGHTS.write(weights));
        node.set("options", MethodRegistry.get(method).schema().write(options));
        if (!modules.isEmpty()) {
            ArrayNode rules = node.putArray("modules");
            modules.forEach(rule -> rules.add(rule.toJson()));
        }
        // Written even where the method's defaults have them: what a method's default is may change.
        if (activations != null) {
            node.set("activations", RecipeReader.ACTIVATIONS.write(activations));
        }
        if (keyValues != null) {
            node.set("kv-cache", RecipeReader.KEY_VALUES.write(keyValues));
        }
        if (calibration != null) {
            node.set("calibration", RecipeReader.CALIBRATION.write(calibration));
        }
        ObjectNode written = RecipeReader.SCOPE.write(scope);
        if (scope.languageAlone()) {
            written.remove("towers");
        }
        node.set("scope", written);
        node.put("format", format);
        return node;
    }

    /** {@link #toJson()} without blanks: equal recipes have equal texts, however they were written. */
    public String canonicalJson() {
        return JSON.writeValueAsString(toJson());
    }

    /** SHA-256 of {@link #canonicalJson()} in hexadecimal. */
    public String hash() {
        return Sha256.of(canonicalJson());
    }

    Recipe withoutCalibration() {
        return new Recipe(model, prepare, method, weights, options, modules, activations, keyValues, null, scope, format);
    }

    /** Whether any of its methods looks at calibration data. */
    public boolean calibrated() {
        return needsData(method, options)
                || activations != null && activations.calibrated()
                || modules.stream().anyMatch(rule -> needsData(rule.method(), rule.options()))
                || prepare.stream().anyMatch(step -> preparesFromData(MethodRegistry.get(step.method()), step.options()));
    }

    private static boolean needsData(String name, Record options) {
        QuantizationMethod<?> method = MethodRegistry.get(name);
        return codesFromData(method, options) || preparesFromData(method, options);
    }

    private static <O extends Record> boolean codesFromData(QuantizationMethod<O> method, Record options) {
        return !method.needs(method.optionsType().cast(options)).isEmpty();
    }

    private static <O extends Record> boolean preparesFromData(QuantizationMethod<O> method, Record options) {
        return !method.preparationNeeds(method.optionsType().cast(options)).isEmpty();
    }

    /** The same in another format; BAD_INPUT when there is no such format. */
    public Recipe withFormat(String format) {
        return RecipeReader.read(toJson().put("format", format), null).orThrow();
    }

    /** The settings of calibration, which recipes of every method have. */
    public static List<OptionField> calibrationFields() {
        return RecipeReader.CALIBRATION.fields();
    }

    public static List<OptionField> scopeFields() {
        return RecipeReader.SCOPE.fields();
    }

    /** The names that {@code format} may have. */
    public static List<String> formats() {
        return StorageFormats.quantized();
    }

    /** Short enough for a table's cell: {@code gptq 4-bit g128 act-order}. */
    public String label() {
        return naming().text();
    }

    /** What {@link #label()} is made of. */
    public RecipeLabel naming() {
        return RecipeLabel.of(this);
    }
}
