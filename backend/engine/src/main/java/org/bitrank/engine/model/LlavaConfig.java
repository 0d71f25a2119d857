package org.bitrank.engine.model;

import java.util.List;
import java.util.Map;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.model.VisionConfig.PatchMerge;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The config of LLaVA-1.5 or LLaVA-NeXT taken apart, as transformers writes it ({@code text_config}, {@code vision_config}) or
 * the original code ({@code mm_vision_tower}). What it does not mention is as in transformers.
 *
 * @param text the language model's config, as one for itself
 */
record LlavaConfig(ConfigFields text, VisionConfig vision) {
    private static final String NEXT = "llava_next";
    static final List<String> MODEL_TYPES = List.of("llava", NEXT);
    private static final Map<String, String> CLASSES =
            Map.of("llava", "LlavaForConditionalGeneration", NEXT, "LlavaNextForConditionalGeneration");

    /** ViT-L/14 on 336 pixels, which LLaVA's config has where it mentions no tower at all. */
    private static final Map<String, Integer> USUAL_TOWER = Map.of("hidden_size", 1024, "intermediate_size", 4096,
            "num_hidden_layers", 24, "num_attention_heads", 16, "image_size", 336, "patch_size", 14);

    /** Sizes of language models where a {@code text_config} leaves them out, as published ones do: LLaMA-7B, Mistral-7B, Qwen2. */
    private static final Map<String, Map<String, Integer>> USUAL_TEXTS = Map.of(
            "llama", Map.of("hidden_size", 4096, "intermediate_size", 11008, "num_hidden_layers", 32, "num_attention_heads", 32,
                    "vocab_size", 32000, "eos_token_id", 2),
            "mistral", Map.of("hidden_size", 4096, "intermediate_size", 14336, "num_hidden_layers", 32, "num_attention_heads", 32,
                    "num_key_value_heads", 8, "vocab_size", 32000, "eos_token_id", 2),
            "qwen2", Map.of("hidden_size", 4096, "intermediate_size", 22016, "num_hidden_layers", 32, "num_attention_heads", 32,
                    "num_key_value_heads", 32, "vocab_size", 151936));

    /** Null for a model that reads text alone. */
    static LlavaConfig of(ConfigFields config) {
        if (config.has("mm_vision_tower")) {
            return OriginalLlava.read(config);
        }
        String modelType = config.text("model_type", "");
        if (!CLASSES.containsKey(modelType)) {
            return null;
        }
        for (JsonNode name : config.list("architectures")) {
            if (!name.asString().equals(CLASSES.get(modelType))) {
                throw BitRankException.unsupported("architecture %s is not supported; of model type %s only %s is"
                        .formatted(name.asString(), modelType, CLASSES.get(modelType)));
            }
        }
        TowerConfig tower = TowerConfig.read(tower(config), towerSteps(config));
        String strategy = config.text("vision_feature_select_strategy", "default");
        if (!List.of("default", "full").contains(strategy)) {
            throw BitRankException.unsupported("vision_feature_select_strategy '" + strategy + "' is not supported; default and full are");
        }
        String activation = config.text("projector_hidden_act", "gelu");
        var vision = new VisionConfig(
                tower,
                layers(config, "vision_feature_layer", tower),
                strategy.equals("default"),
                projectorActivation(activation),
                config.flag("multimodal_projector_bias", true),
                modelType.equals(NEXT) ? PatchMerge.SPATIAL_UNPAD : PatchMerge.FLAT,
                AnyResolution.Rounding.SEVEN_DECIMALS,
                config.size(config.firstOf("image_token_index", "image_token_id"), 32000));
        ObjectNode text = config.has("text_config") ? config.object("text_config").node().deepCopy() : config.node().objectNode();
        if (config.flag("tie_word_embeddings", false)) {
            text.put("tie_word_embeddings", true);
        }
        return new LlavaConfig(text(config, text, "config.json text_config"), checked(vision));
    }

    private static ConfigFields tower(ConfigFields config) {
        if (config.has("vision_config")) {
            return config.object("vision_config");
        }
        ObjectNode usual = config.node().objectNode();
        USUAL_TOWER.forEach(usual::put);
        return new ConfigFields(usual, config.where());
    }

    /** What a checkpoint does to the inputs of a tower's layers; keys, values and integer operators are the language model's. */
    static OnlineSteps towerSteps(ConfigFields config) {
        return new OnlineSteps(OnlineSteps.of(config.node()).inputs(), null, null, 0);
    }

    /** Completes a language model's config with what is usual for its type, and with what only the whole config says. */
    static ConfigFields text(ConfigFields config, ObjectNode text, String where) {
        if (!text.has("model_type")) {
            text.put("model_type", "llama");
        }
        String modelType = text.path("model_type").asString("");
        if (!USUAL_TEXTS.containsKey(modelType)) {
            throw BitRankException.unsupported("a language model of type '%s' behind a vision tower is not supported; %s are"
                    .formatted(modelType, String.join(", ", USUAL_TEXTS.keySet().stream().sorted().toList())));
        }
        USUAL_TEXTS.get(modelType).forEach((key, value) -> {
            if (!text.has(key)) {
                text.put(key, value);
            }
        });
        if (config.has(OnlineSteps.KEY)) {
            text.set(OnlineSteps.KEY, config.node().get(OnlineSteps.KEY));
        }
        return new ConfigFields(text, where);
    }

    /** Hidden states by their index among those from 0, in front of the first block, to the last; below zero counts from the end. */
    static List<Integer> layers(ConfigFields config, String key, TowerConfig tower) {
        int count = tower.blocks().layers() + 1;
        List<JsonNode> given = config.list(key);
        if (given.isEmpty()) {
            return List.of(count - 2);
        }
        return given.stream().map(node -> {
            int layer = node.isIntegralNumber() ? node.intValue() : Integer.MAX_VALUE;
            if (layer < -count || layer >= count) {
                throw BitRankException.badInput("%s: %s %s is none of the tower's %d hidden states".formatted(config.where(), key, node, count));
            }
            return layer < 0 ? count + layer : layer;
        }).toList();
    }

    private static Activation projectorActivation(String name) {
        Activation activation = ModelConfigReader.activation(name);
        if (activation == null) {
            throw BitRankException.unsupported("projector_hidden_act '" + name + "' is not supported; gelu is usual");
        }
        return activation;
    }

    /** A map of tiles takes one row of features for each patch. */
    static VisionConfig checked(VisionConfig vision) {
        int patches = vision.tower().side() * vision.tower().side();
        if (vision.merge() != PatchMerge.FLAT && vision.rowsOfTile() != patches) {
            throw BitRankException.unsupported(("%d features of a tile with %d patches cannot be laid out as a map; with a class token"
                    + " vision_feature_select_strategy must be default, without one full").formatted(vision.rowsOfTile(), patches));
        }
        return vision;
    }
}
