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
 * A method whose {@linkplain QuantizationMethod#prepare preparation} goes before the method that chooses the codes.
 *
 * @param method a name of {@link MethodRegistry}
 * @param options of that method
 */
public record PrepareStep(String method, Record options) {
    static final List<String> KEYS = List.of("method", "options");

    ObjectNode toJson() {
        var node = JsonNodeFactory.instance.objectNode();
        node.put("method", method);
        node.set("options", MethodRegistry.get(method).schema().write(options));
        return node;
    }

    /** @param node a list of methods' names or of objects with {@code method} and {@code options}; or null */
    static List<PrepareStep> read(JsonNode node, List<RecipeProblem> problems) {
        if (node == null || node.isNull()) {
            return List.of();
        }
        if (!node.isArray()) {
            problems.add(RecipeReader.noList("prepare", node, "steps with %s, such as - {method: smoothquant}".formatted(String.join(", ", KEYS))));
            return List.of();
        }
        var steps = new ArrayList<PrepareStep>();
        for (int i = 0; i < node.size(); i++) {
            PrepareStep step = readOne(node.get(i), "prepare[" + i + "]", problems);
            if (step != null) {
                steps.add(step);
            }
        }
        return List.copyOf(steps);
    }

    private static PrepareStep readOne(JsonNode node, String path, List<RecipeProblem> problems) {
        ObjectNode step = node.isString() ? JsonNodeFactory.instance.objectNode().set("method", node) : node instanceof ObjectNode object ? object : null;
        if (step == null) {
            problems.add(new RecipeProblem(path, "must be a method's name or hold " + String.join(", ", KEYS)));
            return null;
        }
        for (String key : step.propertyNames()) {
            if (!KEYS.contains(key)) {
                problems.add(new RecipeProblem(path + "." + key, NearNames.unknown(key, KEYS)));
            }
        }
        QuantizationMethod<?> method = RecipeReader.method(step, "method", path + ".method", problems);
        if (method == null) {
            return null;
        }
        if (!method.prepares()) {
            problems.add(new RecipeProblem(path + ".method", "'" + method.name() + "' prepares nothing for another method; those that do are "
                    + String.join(", ", MethodRegistry.all().stream().filter(QuantizationMethod::prepares).map(QuantizationMethod::name).toList())));
            return null;
        }
        Record options = method.schema().read(step.get("options"), path + ".options", problems);
        return options == null ? null : new PrepareStep(method.name(), options);
    }
}
