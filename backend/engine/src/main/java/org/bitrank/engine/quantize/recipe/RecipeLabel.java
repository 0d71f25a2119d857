package org.bitrank.engine.quantize.recipe;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.quantize.MethodRegistry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a recipe is called, piece by piece: whoever shows it in other words need not take a text apart.
 *
 * @param steps methods that rewrite the weights first
 * @param bits of a code, as asked for
 * @param group columns that share a scale, as asked for; null where a row has one
 * @param channel whether that one scale a row is worth a word: other grids than integers say it in an option of theirs
 * @param symmetric whether zero points are missing where there could be some
 * @param rounding how inputs, keys and values are rounded: {@code A8}, {@code KV4}
 * @param options what is not as usual: {@code act-order}, {@code no clip}, {@code type=q4_k_m}, {@code smoothquant alpha=0.85}, {@code without down_proj}
 * @param towers quantized parts; empty where that is the language model alone, as usual
 * @param rules layers that are treated otherwise: {@code down_proj 8-bit}
 * @param remarks what was learned of the row later, such as the number of seeds in it
 */
public record RecipeLabel(
        List<String> steps,
        String method,
        String bits,
        Integer group,
        boolean channel,
        boolean symmetric,
        List<String> rounding,
        List<String> options,
        List<String> towers,
        List<String> rules,
        List<String> remarks) {
    static RecipeLabel of(Recipe recipe) {
        WeightSettings weights = recipe.weights();
        boolean integers = weights.type() == WeightSettings.Type.INT;
        boolean channel = weights.groupSize() == WeightSettings.CHANNEL;
        // Other methods choose groups of their own, or have none.
        boolean settled = MethodRegistry.get(recipe.method()).uniformIntegers();
        var rounding = new ArrayList<String>();
        if (recipe.activations() != null) {
            rounding.add(recipe.activations().label());
        }
        if (recipe.keyValues() != null) {
            rounding.add(recipe.keyValues().label());
        }
        return new RecipeLabel(
                recipe.prepare().stream().map(PrepareStep::method).toList(),
                recipe.method(),
                String.valueOf(weights.bits()),
                channel ? null : (Integer) weights.groupSize(),
                channel && integers && settled,
                // Other grids have no zero points.
                integers && weights.symmetric(),
                List.copyOf(rounding),
                options(recipe),
                recipe.scope().languageAlone() ? List.of() : List.copyOf(recipe.scope().towers()),
                recipe.modules().stream().map(rule -> rule.match() + " " + rule.weights().bits() + "-bit").toList(),
                List.of());
    }

    private static List<String> options(Recipe recipe) {
        var options = new ArrayList<String>();
        for (PrepareStep step : recipe.prepare()) {
            options(step.method(), step.options()).forEach(option -> options.add(step.method() + " " + option));
        }
        options.addAll(options(recipe.method(), recipe.options()));
        options.addAll(recipe.scope().remarks());
        return List.copyOf(options);
    }

    private static List<String> options(String method, Record of) {
        var schema = MethodRegistry.get(method).schema();
        ObjectNode chosen = schema.write(of);
        ObjectNode usual = schema.write(schema.defaults());
        var options = new ArrayList<String>();
        for (var entry : chosen.properties()) {
            if (!entry.getValue().equals(usual.get(entry.getKey()))) {
                options.add(words(entry.getKey(), entry.getValue()));
            }
        }
        return options;
    }

    private static String words(String option, JsonNode value) {
        if (value.isBoolean()) {
            return value.booleanValue() ? option : "no " + option;
        }
        return option + "=" + value.asString();
    }

    /** With the columns that share a scale as they came out, 0 for one scale a row. */
    public RecipeLabel grouped(int used) {
        boolean asked = group == null ? used == 0 : group == used;
        return asked ? this : new RecipeLabel(steps, method, bits, used == 0 ? null : (Integer) used, used == 0, symmetric, rounding, options, towers, rules, remarks);
    }

    /** With one more remark. */
    public RecipeLabel with(String remark) {
        var more = new ArrayList<>(remarks);
        more.add(remark);
        return new RecipeLabel(steps, method, bits, group, channel, symmetric, rounding, options, towers, rules, List.copyOf(more));
    }

    /** With another name for the method, such as its title. */
    public RecipeLabel named(String name) {
        return new RecipeLabel(steps, name, bits, group, channel, symmetric, rounding, options, towers, rules, remarks);
    }

    /** In one line: {@code smoothquant + gptq 4-bit g128 sym A8 act-order, language + vision, down_proj 8-bit}. */
    public String text() {
        var text = new StringBuilder();
        steps.forEach(step -> text.append(step).append(" + "));
        text.append(method).append(' ').append(bits).append("-bit");
        if (group != null) {
            text.append(" g").append(group);
        } else if (channel) {
            text.append(" channel");
        }
        if (symmetric) {
            text.append(" sym");
        }
        rounding.forEach(word -> text.append(' ').append(word));
        options.forEach(option -> text.append(' ').append(option));
        if (!towers.isEmpty()) {
            text.append(", ").append(String.join(" + ", towers));
        }
        rules.forEach(rule -> text.append(", ").append(rule));
        remarks.forEach(remark -> text.append(" · ").append(remark));
        return text.toString();
    }
}
