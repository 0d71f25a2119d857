package org.bitrank.web.methods;

import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.quantize.recipe.OptionField;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.Scope;
import tools.jackson.databind.node.ObjectNode;

/**
 * A method as pages and the REST interface show it.
 *
 * @param settings every group of a recipe's settings, the method's own options first
 * @param recipeSchema JSON Schema of a recipe for it
 */
record MethodView(String name, String title, String summary, String source, boolean calibrated, List<Settings> settings, @Schema(implementation = Object.class, type = "object") ObjectNode recipeSchema) {
    /** @param key the recipe's key: {@code weights} */
    record Settings(String key, String heading, List<Setting> fields) {}

    record Setting(String name, String allowed, String usual, String help) {
        static Setting of(OptionField field) {
            return new Setting(field.name(), field.allowed(), field.defaultText(), field.help());
        }
    }

    static MethodView of(QuantizationMethod<?> method) {
        var settings = new java.util.ArrayList<Settings>();
        settings.add(settings("options", "Its own options", method.schema()));
        settings.add(settings("weights", "Weights", method.weightsSchema()));
        settings.add(settings("activations", "Activations", method.activationsSchema()));
        settings.add(settings("kv-cache", "Keys and values", method.keyValuesSchema()));
        if (method.calibrated()) {
            settings.add(settings("calibration", "Calibration", OptionsSchema.of(CalibrationSettings.class)));
        }
        settings.add(settings("scope", "Scope", OptionsSchema.of(Scope.class)));
        return new MethodView(method.name(), method.title(), method.summary(), method.source(), method.calibrated(),
                settings.stream().filter(group -> !group.fields().isEmpty()).toList(), method.jsonSchema());
    }

    private static Settings settings(String key, String heading, OptionsSchema<?> schema) {
        return new Settings(key, heading, schema.fields().stream().map(Setting::of).toList());
    }
}
