package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.cpu.CpuBackend;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Against the hidden states of transformers in float32. */
class VisionTowerTest {
    private static final float TOLERANCE = 1e-4f;

    private static Path folder(String name) {
        return SharedFiles.path("fixtures/hf/multimodal/" + name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"clip-tower-f32", "siglip-tower-bf16"})
    void hiddenStatesEqualThoseOfTransformers(String name) {
        for (Backend backend : List.of(new ReferenceBackend(ComputeType.FLOAT32), new CpuBackend(ComputeType.FLOAT32))) {
            try (backend; Checkpoint checkpoint = Checkpoint.open(folder(name))) {
                compare(checkpoint, name, backend);
            }
        }
    }

    @Test
    void hubNamesAreTheSameTower(@TempDir Path hub) throws Exception {
        Files.copy(folder("clip-tower-f32").resolve("config.json"), hub.resolve("config.json"));
        Files.copy(folder("clip-tower-f32").resolve("model.hub-names.safetensors"), hub.resolve("model.safetensors"));
        try (var backend = new CpuBackend(ComputeType.FLOAT32); Checkpoint checkpoint = Checkpoint.open(hub)) {
            assertThat(checkpoint.storedName("vision_tower.vision_model.encoder.layers.0.mlp.fc1"))
                    .isEqualTo("vision_model.encoder.layers.0.mlp.fc1");
            compare(checkpoint, "clip-tower-f32", backend);
        }
    }

    private static void compare(Checkpoint checkpoint, String name, Backend backend) {
        TowerConfig config = TowerConfig.of(checkpoint.config());
        int layers = config.blocks().layers();
        try (var tower = VisionTower.load(config, layers, checkpoint.weights(), backend);
                var expected = SafetensorsFile.open(folder(name).resolve("expected.safetensors"))) {
            tower.run(expected.floats("pixel_values"), 2, (index, x) -> assertThat(backend.download(x))
                    .as("%s on %s, hidden states %d", name, backend, index)
                    .containsExactly(expected.floats("hidden_states." + index), within(TOLERANCE)));
        }
    }

    /** Which LLaVA does not use: SigLIP norms every row behind its last block, CLIP the class token for its pooled vector. */
    @ParameterizedTest
    @CsvSource({"clip-tower-f32, pooler_output", "siglip-tower-bf16, last_hidden_state"})
    void theLastNormGivesWhatTransformersHandsOn(String name, String output) {
        try (var backend = new CpuBackend(ComputeType.FLOAT32); Checkpoint checkpoint = Checkpoint.open(folder(name))) {
            TowerConfig config = TowerConfig.of(checkpoint.config());
            ModelConfig blocks = config.blocks();
            var loader = new WeightLoader(checkpoint.weights(), backend);
            try (var tower = VisionTower.load(config, blocks.layers(), checkpoint.weights(), backend);
                    var norm = Norm.load(blocks, loader, blocks.architecture().names().finalNorm());
                    var expected = SafetensorsFile.open(folder(name).resolve("expected.safetensors"))) {
                tower.run(expected.floats("pixel_values"), 2, (index, x) -> {
                    if (index == blocks.layers()) {
                        norm.apply(backend, x, x);
                        float[] all = backend.download(x);
                        int row = blocks.hiddenSize();
                        int second = config.tokens() * row;
                        float[] seen = all;
                        if (output.equals("pooler_output")) {
                            seen = Arrays.copyOf(all, 2 * row);
                            System.arraycopy(all, second, seen, row, row);
                        }
                        assertThat(seen).containsExactly(expected.floats(output), within(TOLERANCE));
                    }
                });
            }
        }
    }

    @Test
    void aPictureDoesNotDependOnThoseBesideIt() {
        try (var backend = new CpuBackend(ComputeType.FLOAT32); Checkpoint checkpoint = Checkpoint.open(folder("clip-tower-f32"))) {
            TowerConfig config = TowerConfig.of(checkpoint.config());
            try (var tower = VisionTower.load(config, 4, checkpoint.weights(), backend);
                    var expected = SafetensorsFile.open(folder("clip-tower-f32").resolve("expected.safetensors"))) {
                float[] pixels = expected.floats("pixel_values");
                float[] both = last(tower, backend, pixels, 2);
                float[] second = last(tower, backend, Arrays.copyOfRange(pixels, pixels.length / 2, pixels.length), 1);
                assertThat(Arrays.copyOfRange(both, both.length / 2, both.length)).isEqualTo(second);
            }
        }
    }

    private static float[] last(VisionTower tower, Backend backend, float[] pixels, int count) {
        var last = new float[1][];
        tower.run(pixels, count, (index, x) -> last[0] = backend.download(x));
        return last[0];
    }

    @Test
    void blocksAreQuantizedAndScaledLikeALanguageModels() {
        try (Checkpoint checkpoint = Checkpoint.open(folder("clip-tower-f32"))) {
            ModelConfig blocks = TowerConfig.of(checkpoint.config()).blocks();
            String block = "vision_tower.vision_model.encoder.layers.1.";
            assertThat(blocks.linearGroups(1)).containsExactly(
                    Stream.of("q", "k", "v").map(part -> block + "self_attn." + part + "_proj").toList(),
                    List.of(block + "self_attn.out_proj"), List.of(block + "mlp.fc1"), List.of(block + "mlp.fc2"));
            assertThat(blocks.scaleSites(1)).extracting(ScaleSite::producer)
                    .containsExactly(block + "layer_norm1", block + "self_attn.v_proj", block + "layer_norm2");
            blocks.linearGroups(1).stream().flatMap(List::stream)
                    .forEach(linear -> assertThat(checkpoint.weights().contains(linear + ".weight")).as(linear).isTrue());
        }
    }

    @Test
    void picturesOfAnotherSizeAreRefused() {
        try (var backend = new ReferenceBackend(ComputeType.FLOAT32); Checkpoint checkpoint = Checkpoint.open(folder("clip-tower-f32"))) {
            TowerConfig config = TowerConfig.of(checkpoint.config());
            try (var tower = VisionTower.load(config, 0, checkpoint.weights(), backend)) {
                assertThatThrownBy(() -> tower.run(new float[3 * 42 * 42], 1, (_, _) -> {}))
                        .isInstanceOf(BitRankException.class).hasMessageContaining("3 x 56 x 56");
            }
        }
    }

    @Test
    void towersThatAreNotHereAreRefusedByName() {
        var json = (ObjectNode) JsonMapper.shared().readTree("{\"model_type\": \"dinov2\"}");
        assertThatThrownBy(() -> TowerConfig.of(json))
                .isInstanceOf(BitRankException.class).hasMessageContaining("dinov2").hasMessageContaining("clip_vision_model");
    }
}
