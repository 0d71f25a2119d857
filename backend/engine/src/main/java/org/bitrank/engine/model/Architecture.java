package org.bitrank.engine.model;

import java.util.List;
import java.util.stream.Collectors;
import org.bitrank.kernels.BitRankException;

/**
 * What sets one family's decoder block apart from another's. A family is a row of {@link #KNOWN}, not a class.
 *
 * @param modelType {@code model_type} of {@code config.json}
 * @param className the class that transformers would load
 * @param queryKeyValueBias whether q, k and v have a bias
 * @param outputBias whether the attention's output projection has one
 * @param mlpBias whether gate, up and down have one
 * @param headNorms whether every query and key head is RMS-normalised by itself
 * @param window which layers see only a sliding window
 */
record Architecture(
        String modelType,
        String className,
        Choice queryKeyValueBias,
        Choice outputBias,
        Choice mlpBias,
        boolean headNorms,
        WindowRule window) {
    static final List<Architecture> KNOWN = List.of(
            new Architecture("llama", "LlamaForCausalLM", Choice.of("attention_bias"), Choice.of("attention_bias"),
                    Choice.of("mlp_bias"), false, WindowRule.NONE),
            new Architecture("mistral", "MistralForCausalLM", Choice.NEVER, Choice.NEVER,
                    Choice.NEVER, false, WindowRule.EVERY_LAYER),
            new Architecture("qwen2", "Qwen2ForCausalLM", Choice.ALWAYS, Choice.NEVER,
                    Choice.NEVER, false, WindowRule.CHOSEN_LAYERS),
            new Architecture("qwen3", "Qwen3ForCausalLM", Choice.of("attention_bias"), Choice.of("attention_bias"),
                    Choice.NEVER, true, WindowRule.CHOSEN_LAYERS));

    enum WindowRule {
        NONE,
        /** Every layer, by {@code sliding_window}. */
        EVERY_LAYER,
        /** By {@code layer_types}, or from {@code max_window_layers} on, where {@code use_sliding_window} says so. */
        CHOSEN_LAYERS
    }

    /** A yes or no that a family fixes, or leaves to a key of the config (absent means no). */
    record Choice(boolean fixed, String key) {
        static final Choice NEVER = new Choice(false, null);
        static final Choice ALWAYS = new Choice(true, null);

        static Choice of(String key) {
            return new Choice(false, key);
        }

        boolean in(ConfigFields config) {
            return key == null ? fixed : config.flag(key, false);
        }
    }

    /** The architecture that a config names; refuses all others, saying which are there. */
    static Architecture of(ConfigFields config) {
        String modelType = config.text("model_type", null);
        if (modelType == null) {
            throw BitRankException.badInput(config.where() + " has no model_type");
        }
        for (Architecture architecture : KNOWN) {
            if (architecture.modelType.equals(modelType)) {
                architecture.checkClass(config);
                return architecture;
            }
        }
        throw BitRankException.unsupported("model type '" + modelType + "' is not supported; supported are "
                + KNOWN.stream().map(Architecture::modelType).collect(Collectors.joining(", ")));
    }

    private void checkClass(ConfigFields config) {
        for (var name : config.list("architectures")) {
            if (!className.equals(name.asString())) {
                throw BitRankException.unsupported("architecture " + name.asString() + " is not supported; of model type "
                        + modelType + " only " + className + " is");
            }
        }
    }
}
