package org.bitrank.engine.quantize;

import org.bitrank.engine.checkpoint.StorageFormats;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** JSON Schema of whole recipes. */
final class RecipeSchema {
    private RecipeSchema() {}

    static ObjectNode of(QuantizationMethod<?> method) {
        var schema = JsonNodeFactory.instance.objectNode();
        schema.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.put("title", "Recipe: " + method.title());
        schema.put("description", method.summary());
        schema.put("type", "object").put("additionalProperties", false);
        schema.putArray("required").add("model").add("method");
        var properties = schema.putObject("properties");
        properties.putObject("model").put("type", "string").put("description", "Catalogue id, hub id, directory or file.");
        properties.putObject("method").put("const", method.name());
        properties.set("weights", RecipeReader.WEIGHTS.jsonSchema());
        properties.set("options", method.schema().jsonSchema());
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
}
