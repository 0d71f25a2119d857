package org.bitrank.engine.quantize.recipe;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * How the linear layers of a pattern are quantized where a recipe does not treat all alike. The first rule that matches counts.
 *
 * @param match a name, its last part, or a pattern with {@code *}, as in {@link Scope}
 * @param method a name of {@link MethodRegistry}
 * @param options of that method
 */
public record ModuleRule(String match, String method, WeightSettings weights, Record options) {
    static final List<String> KEYS = List.of("match", "method", "weights", "options");

    /** Whether it speaks of the layer of this name, without {@code .weight}. */
    public boolean matches(String linear) {
        return Scope.matches(match, linear);
    }

    ObjectNode toJson() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("match", match).put("method", method);
        node.set("weights", RecipeReader.WEIGHTS.write(weights));
        node.set("options", MethodRegistry.get(method).schema().write(options));
        return node;
    }

    /**
     * @param node a list, or null
     * @param common what a rule does not say is as here: the recipe's own method and settings
     */
    static List<ModuleRule> read(JsonNode node, ModuleRule common, List<RecipeProblem> problems) {
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            problems.add(RecipeReader.noList("modules", node, "rules with %s, such as - {match: down_proj, weights: {bits: 8}}".formatted(String.join(", ", KEYS))));
            return List.of();
        }
        var rules = new ArrayList<ModuleRule>();
        for (int i = 0; i < node.size(); i++) {
            ModuleRule rule = readOne(node.get(i), "modules[" + i + "]", common, problems);
            if (rule != null) {
                rules.add(rule);
            }
        }
        return List.copyOf(rules);
    }

    private static ModuleRule readOne(JsonNode node, String path, ModuleRule common, List<RecipeProblem> problems) {
        if (!(node instanceof ObjectNode rule)) {
            problems.add(new RecipeProblem(path, "must hold keys and values: " + String.join(", ", KEYS)));
            return null;
        }
        for (String key : rule.propertyNames()) {
            if (!KEYS.contains(key)) {
                problems.add(new RecipeProblem(path + "." + key, NearNames.unknown(key, KEYS)));
            }
        }
        String match = RecipeReader.text(rule, "match", path + ".match", problems);
        QuantizationMethod<?> method =
                rule.has("method") ? RecipeReader.method(rule, "method", path + ".method", problems) : MethodRegistry.get(common.method);
        if (match == null || method == null) {
            return null;
        }
        // A rule with another method starts from that method's own settings, one with the same from the recipe's.
        boolean same = method.name().equals(common.method);
        var ofOptions = new ArrayList<RecipeProblem>();
        Record options = method.schema()
                .read(same ? RecipeReader.merged(method.schema().write(common.options), rule.get("options")) : rule.get("options"), path + ".options", ofOptions);
        WeightSettings weights = RecipeReader.weights(
                method, options, same ? RecipeReader.WEIGHTS.write(common.weights) : null, rule.get("weights"), path + ".weights", problems);
        problems.addAll(ofOptions);
        if (weights == null || options == null) {
            return null;
        }
        RecipeReader.check(method, weights, options, path + ".", problems);
        RecipeReader.checkRule(method, options, path + ".", problems);
        return new ModuleRule(match, method.name(), weights, options);
    }
}
