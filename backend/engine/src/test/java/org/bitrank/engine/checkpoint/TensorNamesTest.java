package org.bitrank.engine.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.compressed.CompressedTensorsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class TensorNamesTest {
    private static final ObjectNode LLAVA = (ObjectNode) Json.MAPPER.readTree("{\"model_type\": \"llava\"}");
    private static final ObjectNode ORIGINAL = (ObjectNode) Json.MAPPER.readTree("{\"model_type\": \"llava_llama\", \"mm_vision_tower\": \"x\"}");

    private static final Set<String> HUB = Set.of("language_model.model.layers.0.mlp.up_proj.weight", "language_model.lm_head.weight",
            "vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight", "multi_modal_projector.linear_1.weight", "image_newline");
    private static final Set<String> MODULES = Set.of("model.language_model.layers.0.mlp.up_proj.weight", "lm_head.weight",
            "model.vision_tower.encoder.layers.0.mlp.fc1.weight", "model.multi_modal_projector.linear_1.weight", "model.image_newline");
    private static final Set<String> OF_ORIGINAL = Set.of("model.layers.0.mlp.up_proj.weight", "lm_head.weight",
            "model.vision_tower.vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight", "model.mm_projector.0.weight", "model.image_newline");

    @Test
    void everyNamingIsKnownByOneAndFoundAgain() {
        for (Set<String> stored : List.of(HUB, MODULES, OF_ORIGINAL)) {
            TensorNames names = TensorNames.of(stored == OF_ORIGINAL ? ORIGINAL : LLAVA, stored);
            assertThat(stored.stream().map(names::known)).containsExactlyInAnyOrder("model.layers.0.mlp.up_proj.weight", "lm_head.weight",
                    "vision_tower.vision_model.encoder.layers.0.mlp.fc1.weight", "multi_modal_projector.linear_1.weight", "image_newline");
            assertThat(stored).allSatisfy(name -> assertThat(names.stored(names.known(name))).isEqualTo(name));
        }
    }

    @Test
    void aTiedHeadGetsTheNameItWouldHave() {
        var tied = Set.of("language_model.model.embed_tokens.weight");
        assertThat(TensorNames.of(LLAVA, tied).stored("lm_head")).isEqualTo("language_model.lm_head");
        assertThat(TensorNames.of(ORIGINAL, Set.of("model.embed_tokens.weight")).stored("lm_head")).isEqualTo("lm_head");
    }

    @ParameterizedTest
    @CsvSource({
        "model.layers.0.mlp.up_proj, model.language_model.layers.0.mlp.up_proj",
        "model.layers.0.mlp.up_proj, language_model.model.layers.0.mlp.up_proj",
        "vision_tower.vision_model.encoder.layers.0.mlp.fc1, model.vision_tower.encoder.layers.0.mlp.fc1",
        "vision_tower.vision_model.encoder.layers.0.mlp.fc1, vision_tower.vision_model.encoder.layers.0.mlp.fc1",
        "multi_modal_projector.linear_1, model.multi_modal_projector.linear_1",
    })
    void aModulesPatternFitsWhatToolsCallIt(String known, String called) {
        assertThat(TensorNames.of(LLAVA, HUB).modulePattern(known)).hasValueSatisfying(pattern -> assertThat(called).matches(pattern));
        assertThat(TensorNames.of(LLAVA, HUB).modulePattern("model.layers.10.mlp.up_proj").orElseThrow()).doesNotMatch(called);
        assertThat(TensorNames.of(ORIGINAL, OF_ORIGINAL).modulePattern(known)).isEmpty();
        assertThat(TensorNames.SAME.modulePattern(known)).isEmpty();
    }

    @Test
    void configurationsNameModulesByPatterns() {
        Path folder = SharedFiles.path("fixtures/hf/multimodal/llava15-f16/hub-names");
        try (Checkpoint base = Checkpoint.open(folder)) {
            var names = new ReaderNames(base);
            names.add("model.layers.0.mlp.up_proj");
            names.add("multi_modal_projector.linear_1");
            var compressed = (ObjectNode) Json.MAPPER.readTree("""
                    {"quant_method": "compressed-tensors", "config_groups": {"group_1": {"targets": ["language_model.model.layers.0.mlp.up_proj"]}},
                     "ignore": ["lm_head", "multi_modal_projector.linear_1"]}""");
            names.apply(compressed);
            assertThat(compressed.path("ignore").path(0).asString()).isEqualTo("lm_head");
            assertThat(compressed.path("ignore").path(1).asString()).isEqualTo("re:.*multi_modal_projector\\.linear_1$");
            CompressedTensorsConfig read = CompressedTensorsConfig.parse(compressed, "test");
            assertThat(read.group("language_model.model.layers.0.mlp.up_proj")).isPresent();
            assertThat(read.group("language_model.model.layers.1.mlp.up_proj")).isEmpty();
            var gptq = (ObjectNode) Json.MAPPER.readTree("""
                    {"quant_method": "gptq", "dynamic": {"-:^multi_modal_projector\\\\.linear_1$": {}, "+:^lm_head$": {"bits": 8}}}""");
            names.apply(gptq);
            assertThat(gptq.path("dynamic").propertyNames()).containsExactlyInAnyOrder("-:.*multi_modal_projector\\.linear_1$", "+:^lm_head$");
        }
    }
}
