package org.bitrank.engine.model;

import java.util.List;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;

/** Which layers see only a sliding window, and how long it is. */
final class WindowSettings {
    private final ConfigFields config;
    private final AttentionParts.WindowRule rule;
    private final List<JsonNode> types;

    WindowSettings(ConfigFields config, AttentionParts.WindowRule rule, int layers) {
        this.config = config;
        this.rule = rule;
        types = config.list("layer_types");
        if (chosen() && !types.isEmpty() && types.size() != layers) {
            throw BitRankException.badInput("config.json: " + types.size() + " layer_types for " + layers + " layers");
        }
    }

    private boolean chosen() {
        return rule == AttentionParts.WindowRule.CHOSEN_LAYERS && config.flag("use_sliding_window", false);
    }

    /** Keys that a query sees, itself included; 0 means all. */
    int of(int layer) {
        return switch (rule) {
            case NONE -> 0;
            // transformers' own default where the key is absent; null means no window.
            case EVERY_LAYER -> config.mentions("sliding_window") ? given() : 4096;
            case EVERY_LAYER_IF_GIVEN -> given();
            case CHOSEN_LAYERS -> chosen() && slides(layer) ? given() : 0;
        };
    }

    private int given() {
        return config.size("sliding_window", 0);
    }

    private boolean slides(int layer) {
        if (types.isEmpty()) {
            return layer >= (int) config.number("max_window_layers", 28);
        }
        String type = types.get(layer).asString();
        return switch (type) {
            case "sliding_attention" -> true;
            case "full_attention" -> false;
            default -> throw BitRankException.unsupported("layer type '" + type + "' is not supported");
        };
    }
}
