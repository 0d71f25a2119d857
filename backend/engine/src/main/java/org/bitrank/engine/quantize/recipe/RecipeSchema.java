package org.bitrank.engine.quantize.recipe;

import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schema of whole recipes. */
public final class RecipeSchema {
    private RecipeSchema() {}

    public static ObjectNode of(QuantizationMethod<?> method) {
        var schema = JsonNodeFactory.instance.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Recipe: " + method.title());
        schema.put("description", method.summary());
        schema.put("type", "object").put("additionalProperties", false);
        schema.putArray("required").add("model").add("method");
        var properties = schema.putObject("properties");
        properties.putObject("model").put("type", "string").put("description", "Catalogue id, hub id, directory or file.");
        properties.putObject("method").put("const", method.name());
        properties.set("weights", method.weightsSchema().jsonSchema());
        properties.set("options", method.schema().jsonSchema());
        properties.set("prepare", steps());
        properties.set("modules", rules(method));
        properties.set("activations", method.activationsSchema().jsonSchema());
        properties.set("kv-cache", method.keyValuesSchema().jsonSchema());
        properties.set("calibration", RecipeReader.CALIBRATION.jsonSchema());
        properties.set("scope", RecipeReader.SCOPE.jsonSchema());
        var formats = properties
                .putObject("format")
                .put("description", "How the artifact is written.")
                .put("default", method.usualFormat())
                .putArray("enum");
        StorageFormats.quantized().forEach(formats::add);
        return schema;
    }

    private static ObjectNode steps() {
        var steps = JsonNodeFactory.instance.objectNode();
        steps.put("type", "array").put("description", "Methods that rewrite the weights before this one codes them, in order.");
        var step = steps.putObject("items").put("type", "object").put("additionalProperties", false);
        step.putArray("required").add("method");
        var properties = step.putObject("properties");
        var names = properties.putObject("method").putArray("enum");
        MethodRegistry.all().stream().filter(QuantizationMethod::prepares).forEach(prepares -> names.add(prepares.name()));
        properties.putObject("options").put("type", "object");
        return steps;
    }

    private static ObjectNode rules(QuantizationMethod<?> method) {
        var rules = JsonNodeFactory.instance.objectNode();
        rules.put("type", "array").put("description", "Layers that are treated otherwise; the first rule that matches counts.");
        var rule = rules.putObject("items").put("type", "object").put("additionalProperties", false);
        rule.putArray("required").add("match");
        var properties = rule.putObject("properties");
        properties.putObject("match").put("type", "string").put("description", "A layer's name, its last part, or a pattern with *.");
        properties.putObject("method").put("type", "string").put("default", method.name());
        properties.putObject("weights").put("type", "object");
        properties.putObject("options").put("type", "object");
        return rules;
    }
}
