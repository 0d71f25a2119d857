package org.bitrank.web.submit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.quantize.recipe.OptionField;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.Scope;
import org.springframework.util.MultiValueMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The settings of a recipe for one method, as inputs and back. */
record RecipeForm(List<Group> groups) {
    /**
     * @param note one line under the heading
     * @param folded most recipes do without
     */
    record Group(String key, String heading, String note, List<FormField> fields, boolean folded) {}

    /** Lists that people write as a recipe file has them. */
    static final List<String> WRITTEN = List.of("prepare", "modules");

    private record Part(String key, String heading, String note, OptionsSchema<?> schema) {}

    /** @param values what was typed, by field; absent ones have the method's defaults */
    static RecipeForm of(QuantizationMethod<?> method, MultiValueMap<String, String> values, Map<String, String> errors) {
        var groups = new ArrayList<Group>();
        for (Part part : parts(method)) {
            List<FormField> fields = part.schema.fields().stream()
                    .filter(field -> !field.single() || errors.containsKey(part.key + "." + field.name()))
                    .map(field -> FormField.of(part.key, field, typed(values, part.key + "." + field.name()), errors.get(part.key + "." + field.name())))
                    .filter(FormField::shown)
                    .toList();
            if (!fields.isEmpty()) {
                groups.add(new Group(part.key, part.heading, part.note, fields, folded(fields)));
            }
        }
        return new RecipeForm(groups);
    }

    /** Where the bits say that nothing is quantized, the rest has no meaning. */
    private static boolean folded(List<FormField> fields) {
        return fields.stream().anyMatch(field -> field.name().endsWith(".bits") && field.value().equals("none"))
                && fields.stream().allMatch(field -> field.error() == null);
    }

    /** What is wrong inside the written lists, by list: {@code prepare[0].method: …}. */
    static Map<String, String> writtenErrors(Map<String, String> errors) {
        var found = new HashMap<String, String>();
        errors.forEach((key, message) -> WRITTEN.stream()
                .filter(list -> key.equals(list) || key.startsWith(list + "["))
                .forEach(list -> found.merge(list, key.equals(list) ? message : key.substring(list.length()) + ": " + message, (one, two) -> one + "; " + two)));
        return found;
    }

    /** The recipe that was typed, unchecked; empty inputs are left out and so get their defaults. */
    static ObjectNode recipe(String model, QuantizationMethod<?> method, MultiValueMap<String, String> values) {
        ObjectNode recipe = JsonNodeFactory.instance.objectNode();
        recipe.put("model", model).put("method", method.name());
        for (Part part : parts(method)) {
            ObjectNode group = JsonNodeFactory.instance.objectNode();
            for (OptionField field : part.schema.fields()) {
                String typed = typed(values, part.key + "." + field.name());
                if (typed != null && !typed.isBlank()) {
                    group.set(field.name(), field.node(typed));
                }
            }
            if (!group.isEmpty()) {
                recipe.set(part.key, group);
            }
        }
        for (String key : WRITTEN) {
            String typed = typed(values, key);
            if (typed != null && !typed.isBlank()) {
                recipe.set(key, Recipe.part(typed));
            }
        }
        String format = typed(values, "format");
        if (format != null && !format.isBlank()) {
            recipe.put("format", format);
        }
        return recipe;
    }

    private static List<Part> parts(QuantizationMethod<?> method) {
        var parts = new ArrayList<Part>();
        parts.add(new Part("weights", "Weights", null, method.weightsSchema()));
        parts.add(new Part("options", method.title(), method.summary(), method.schema()));
        parts.add(new Part("activations", "Activations", "How the layers' inputs are rounded while the model runs.", method.activationsSchema()));
        parts.add(new Part("kv-cache", "Keys and values", "How they are rounded as they enter the cache.", method.keyValuesSchema()));
        if (method.calibrated()) {
            parts.add(new Part("calibration", "Calibration", "What the model reads, or is shown, while the method looks at its activations. Towers and projectors need data with pictures.", OptionsSchema.of(CalibrationSettings.class)));
        }
        parts.add(new Part("scope", "Scope", null, OptionsSchema.of(Scope.class)));
        return parts;
    }

    /** The last value counts: a check box stands after a hidden “false”. */
    private static String typed(MultiValueMap<String, String> values, String name) {
        List<String> all = values.get(name);
        return all == null || all.isEmpty() ? null : all.getLast().strip();
    }
}
