package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.ConfigSizes;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.image.ImageSize;
import org.bitrank.engine.model.VisionConfig.PatchMerge;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class LlavaConfigTest {
    /** As published for LLaVA-1.5-7B: a language model of whose sizes only some are mentioned. */
    private static final String HUB = """
            {"architectures": ["LlavaForConditionalGeneration"], "model_type": "llava", "image_token_index": 32000,
             "projector_hidden_act": "gelu", "vision_feature_layer": -2, "vision_feature_select_strategy": "default",
             "text_config": {"architectures": ["LlamaForCausalLM"], "max_position_embeddings": 4096, "model_type": "llama",
              "rms_norm_eps": 1e-05, "vocab_size": 32064},
             "vision_config": {"hidden_size": 1024, "image_size": 336, "intermediate_size": 4096, "model_type": "clip_vision_model",
              "num_attention_heads": 16, "num_hidden_layers": 24, "patch_size": 14, "projection_dim": 768, "vocab_size": 32000}}""";

    /** As published for LLaVA-NeXT on Llama 3, shortened. */
    private static final String ORIGINAL = """
            {"architectures": ["LlavaLlamaForCausalLM"], "model_type": "llava_llama", "hidden_size": 4096, "intermediate_size": 14336,
             "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128256, "rope_theta": 500000.0,
             "max_position_embeddings": 8192, "rms_norm_eps": 1e-05, "eos_token_id": 128001,
             "image_aspect_ratio": "anyres", "image_grid_pinpoints": [[336, 672], [672, 336], [672, 672], [1008, 336], [336, 1008]],
             "mm_hidden_size": 1024, "mm_patch_merge_type": "spatial_unpad", "mm_projector_type": "mlp2x_gelu",
             "mm_vision_select_feature": "patch", "mm_vision_select_layer": -2, "mm_vision_tower": "openai/clip-vit-large-patch14-336"}""";

    private static ObjectNode json(String text) {
        return (ObjectNode) JsonMapper.shared().readTree(text);
    }

    @Test
    void whatAPublishedConfigLeavesOutIsAsInTransformers() {
        ModelConfig config = ModelConfig.of(json(HUB));
        assertThat(config.modelType()).isEqualTo("llama");
        assertThat(config.hiddenSize()).isEqualTo(4096);
        assertThat(config.intermediateSize()).isEqualTo(11008);
        assertThat(config.layers()).isEqualTo(32);
        assertThat(config.keyHeads()).isEqualTo(32);
        assertThat(config.vocabularySize()).isEqualTo(32064);
        assertThat(config.endTokens()).containsExactly(2);
        VisionConfig vision = config.vision();
        assertThat(vision.featureLayers()).containsExactly(23);
        assertThat(vision.blocksRun()).isEqualTo(23);
        assertThat(vision.dropsFirst()).isTrue();
        assertThat(vision.rowsOfTile()).isEqualTo(576);
        assertThat(vision.merge()).isEqualTo(PatchMerge.FLAT);
        assertThat(vision.imageToken()).isEqualTo(32000);
        assertThat(vision.tower().blocks().activation()).isEqualTo(Activation.QUICK_GELU);
        assertThat(vision.tower().blocks().attention()).allSatisfy(shape -> assertThat(shape.causal()).isFalse());
    }

    @ParameterizedTest
    @CsvSource({"num_hidden_layers, 2000000000", "hidden_size, -1", "num_attention_heads, 0", "image_size, 1000000000"})
    void aTowersCountsAndSizesAreBoundedToo(String key, int value) {
        ObjectNode config = json(HUB);
        ((ObjectNode) config.get("vision_config")).put(key, value);
        assertThatThrownBy(() -> ModelConfig.of(config)).isInstanceOf(BitRankException.class)
                .hasMessageContaining("config.json vision_config: " + key + " must be a positive whole number, not " + value);
        assertThatThrownBy(() -> ConfigSizes.check(config, "config.json")).isInstanceOf(BitRankException.class).hasMessageContaining("vision_config: " + key);
    }

    @Test
    void aConfigWithoutATowerHasTheUsualOne() {
        ObjectNode config = json(HUB);
        config.remove("vision_config");
        assertThat(ModelConfig.of(config).vision()).isEqualTo(ModelConfig.of(json(HUB)).vision());
        config = json(HUB);
        config.putObject("text_config").put("model_type", "mistral");
        assertThat(ModelConfig.of(config).keyHeads()).isEqualTo(8);
        assertThat(ModelConfig.of(config).attention()).allSatisfy(shape -> assertThat(shape.window()).isEqualTo(4096));
    }

    @Test
    void theOriginalCodesConfigNamesAKnownTower() {
        ModelConfig config = ModelConfig.of(json(ORIGINAL));
        assertThat(config.modelType()).isEqualTo("llama");
        assertThat(config.keyHeads()).isEqualTo(8);
        VisionConfig vision = config.vision();
        assertThat(vision.tower().blocks().layers()).isEqualTo(24);
        assertThat(vision.featureLayers()).containsExactly(23);
        assertThat(vision.merge()).isEqualTo(PatchMerge.SPATIAL_UNPAD);
        assertThat(vision.imageToken()).isEqualTo(-200);
        var size = new ImageSize(352, 748);
        var resolution = new ImageSize(336, 1008);
        assertThat(PictureRows.of(vision, size, resolution)).hasSize(1848);
        assertThat(PictureRows.of(vision.with(AnyResolution.Rounding.TRUNCATION), size, resolution)).hasSize(1800);
        assertThat(PictureRows.of(vision, new ImageSize(336, 336), null)).hasSize(577).endsWith(PictureRows.NEWLINE);
    }

    /** The order of a picture's rows is as long as transformers and the original code count, by their rules. */
    @Test
    void everySizeHasTheRowsThatBothRulesCount() {
        VisionConfig vision = ModelConfig.of(json(ORIGINAL)).vision();
        List<ImageSize> resolutions = List.of(new ImageSize(336, 672), new ImageSize(672, 336), new ImageSize(672, 672),
                new ImageSize(1008, 336), new ImageSize(336, 1008));
        for (JsonNode row : JsonMapper.shared().readTree(SharedFiles.path("fixtures/hf/multimodal/anyres_counts.json")).get("rows")) {
            var size = new ImageSize(row.get("h").intValue(), row.get("w").intValue());
            ImageSize resolution = AnyResolution.choose(size, resolutions);
            assertThat(PictureRows.of(vision, size, resolution)).as("%s", size).hasSize(row.get("tokens").intValue());
            assertThat(PictureRows.of(vision.with(AnyResolution.Rounding.TRUNCATION), size, resolution))
                    .as("%s", size).hasSize(row.get("original_tokens").intValue());
        }
    }

    /** It drops the last of SigLIP's blocks and reads what comes out, whatever its keys say. */
    @Test
    void theOriginalCodeReadsSiglipBehindItsLastBlockButOne() {
        ObjectNode config = json(ORIGINAL).put("mm_vision_tower", "google/siglip-so400m-patch14-384").put("model_type", "llava_qwen");
        config.put("mm_patch_merge_type", "flat").put("num_key_value_heads", 32);
        VisionConfig vision = ModelConfig.of(config).vision();
        assertThat(vision.featureLayers()).containsExactly(26);
        assertThat(vision.dropsFirst()).isFalse();
        assertThat(vision.rowsOfTile()).isEqualTo(729);
    }

    @Test
    void tilesInARowAndAsAMapWithPadding() {
        ObjectNode flat = json(ORIGINAL).put("mm_patch_merge_type", "flat");
        ObjectNode spatial = json(ORIGINAL).put("mm_patch_merge_type", "spatial");
        var size = new ImageSize(100, 500);
        var resolution = new ImageSize(336, 672);
        assertThat(PictureRows.of(ModelConfig.of(flat).vision(), size, resolution)).hasSize(3 * 576).startsWith(0, 1, 2).endsWith(3 * 576 - 1);
        int[] map = PictureRows.of(ModelConfig.of(spatial).vision(), size, resolution);
        assertThat(map).hasSize(3 * 576).doesNotContain(PictureRows.NEWLINE);
        // The first row of the map is that of both tiles.
        assertThat(map[576 + 23]).isEqualTo(576 + 23);
        assertThat(map[576 + 24]).isEqualTo(2 * 576);
        assertThat(map[576 + 48]).isEqualTo(576 + 24);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "vision_feature_layer           | 25         | BAD_INPUT   | vision_feature_layer 25 is none of the tower's 25 hidden states",
        "vision_feature_layer           | \"last\"   | BAD_INPUT   | vision_feature_layer",
        "vision_feature_select_strategy | \"mean\"   | UNSUPPORTED | vision_feature_select_strategy 'mean' is not supported",
        "projector_hidden_act           | \"mish\"   | UNSUPPORTED | projector_hidden_act 'mish' is not supported",
        "architectures                  | [\"LlavaForSequenceClassification\"] | UNSUPPORTED | of model type llava only LlavaForConditionalGeneration is",
        "text_config                    | {\"model_type\": \"gemma\"} | UNSUPPORTED | a language model of type 'gemma' behind a vision tower",
        "vision_config                  | {\"model_type\": \"pixtral\"} | UNSUPPORTED | vision tower 'pixtral' is not supported",
        "vision_config                  | {\"image_size\": 10, \"patch_size\": 14} | BAD_INPUT | pictures of 10 pixels a side",
        "vision_config                  | {\"num_channels\": 1} | UNSUPPORTED | num_channels 1",
        "vision_config                  | {\"hidden_size\": 30} | BAD_INPUT | hidden_size 30 does not divide by 12 heads",
    })
    void saysWhatItCannotDo(String key, String value, String failureClass, String message) {
        refuses(HUB, key, value, failureClass, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "mm_projector_type        | \"mlp3x_gelu\"      | UNSUPPORTED | mm_projector_type 'mlp3x_gelu' is not supported; linear and mlp2x_gelu are",
        "mm_vision_tower          | \"some/tower\"      | UNSUPPORTED | vision_tower_config.json",
        "mm_vision_select_feature | \"cls\"             | UNSUPPORTED | mm_vision_select_feature 'cls'",
        "mm_vision_select_feature | \"cls_patch\"       | UNSUPPORTED | 577 features of a tile with 576 patches",
        "mm_patch_merge_type      | \"maxpool2x2\"      | UNSUPPORTED | mm_patch_merge_type 'maxpool2x2'",
        "model_type               | \"llava_gemma\"     | UNSUPPORTED | model type 'llava_gemma' with a vision tower",
    })
    void saysWhatItCannotDoOfTheOriginalCode(String key, String value, String failureClass, String message) {
        refuses(ORIGINAL, key, value, failureClass, message);
    }

    private static void refuses(String text, String key, String value, String failureClass, String message) {
        ObjectNode config = json(text);
        config.set(key, JsonMapper.shared().readTree(value));
        assertThatThrownBy(() -> ModelConfig.of(config))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining(message)
                .extracting(failure -> ((BitRankException) failure).failureClass().name())
                .isEqualTo(failureClass);
    }
}
