package org.bitrank.engine.model;

import java.util.Locale;
import java.util.Map;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.model.VisionConfig.PatchMerge;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/**
 * Configs of the original LLaVA code: those of the language model with a few keys more. The tower is named, not described, so
 * the ones that published models name are known here; of another, {@code vision_config} must tell.
 */
final class OriginalLlava {
    private static final Map<String, String> TEXT_TYPES = Map.of(
            "llava", "llama", "llava_llama", "llama", "llava_mistral", "mistral", "llava_qwen", "qwen2");

    private record KnownTower(String modelType, Map<String, Integer> sizes) {}

    private static final Map<String, KnownTower> TOWERS = Map.of(
            "openai/clip-vit-large-patch14-336", clipLarge(336),
            "openai/clip-vit-large-patch14", clipLarge(224),
            "google/siglip-so400m-patch14-384", new KnownTower("siglip_vision_model", Map.of("hidden_size", 1152, "intermediate_size", 4304,
                    "num_hidden_layers", 27, "num_attention_heads", 16, "image_size", 384, "patch_size", 14)));

    private OriginalLlava() {}

    private static KnownTower clipLarge(int imageSize) {
        return new KnownTower("clip_vision_model", Map.of("hidden_size", 1024, "intermediate_size", 4096,
                "num_hidden_layers", 24, "num_attention_heads", 16, "image_size", imageSize, "patch_size", 14));
    }

    static LlavaConfig read(ConfigFields config) {
        String modelType = config.text("model_type", "");
        if (!TEXT_TYPES.containsKey(modelType)) {
            throw BitRankException.unsupported("model type '%s' with a vision tower is not supported; of the original LLaVA code %s are"
                    .formatted(modelType, String.join(", ", TEXT_TYPES.keySet().stream().sorted().toList())));
        }
        TowerConfig tower = TowerConfig.read(tower(config), LlavaConfig.towerSteps(config));
        boolean classToken = tower.family().classToken() != null;
        var vision = new VisionConfig(
                tower,
                // Of a tower without a class token the original code drops the last block and reads what comes out, whatever the key says.
                classToken ? LlavaConfig.layers(config, "mm_vision_select_layer", tower) : LlavaConfig.layers(config, "", tower),
                classToken && dropsFirst(config),
                projectorActivation(config),
                true,
                merge(config),
                AnyResolution.Rounding.SEVEN_DECIMALS,
                VisionConfig.ORIGINAL_IMAGE_TOKEN);
        ObjectNode text = config.node().deepCopy();
        text.remove("architectures");
        text.put("model_type", TEXT_TYPES.get(modelType));
        return new LlavaConfig(LlavaConfig.text(config, text, config.where()), LlavaConfig.checked(vision));
    }

    private static ConfigFields tower(ConfigFields config) {
        if (config.has("vision_config")) {
            return config.object("vision_config");
        }
        String name = config.text("mm_vision_tower", "");
        if (!TOWERS.containsKey(name)) {
            throw BitRankException.unsupported(("the vision tower %s of mm_vision_tower is not known (%s are); put its vision_config"
                    + " beside the weights as vision_tower_config.json").formatted(name, String.join(", ", TOWERS.keySet().stream().sorted().toList())));
        }
        ObjectNode known = config.node().objectNode().put("model_type", TOWERS.get(name).modelType());
        TOWERS.get(name).sizes().forEach(known::put);
        return new ConfigFields(known, config.where());
    }

    /** Null for a projector of one layer, which early models have and configs without the key mean. */
    private static Activation projectorActivation(ConfigFields config) {
        String projector = config.text("mm_projector_type", "linear");
        return switch (projector) {
            case "linear" -> null;
            case "mlp2x_gelu" -> Activation.GELU;
            default -> throw BitRankException.unsupported("mm_projector_type '" + projector + "' is not supported; linear and mlp2x_gelu are");
        };
    }

    private static boolean dropsFirst(ConfigFields config) {
        String feature = config.text("mm_vision_select_feature", "patch");
        return switch (feature) {
            case "patch" -> true;
            case "cls_patch" -> false;
            default -> throw BitRankException.unsupported("mm_vision_select_feature '" + feature + "' is not supported; patch and cls_patch are");
        };
    }

    private static PatchMerge merge(ConfigFields config) {
        String name = config.text("mm_patch_merge_type", "flat");
        try {
            return PatchMerge.valueOf(name.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException unknown) {
            throw BitRankException.unsupported("mm_patch_merge_type '" + name + "' is not supported; flat, spatial and spatial_unpad are");
        }
    }
}
