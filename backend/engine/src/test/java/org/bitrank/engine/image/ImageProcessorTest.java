package org.bitrank.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ImageProcessorTest {
    private static final ObjectNode NOTHING = Fixtures.json("{}");

    @Test
    void givesPilsPixelsAndNumPysNumbersToTheBit() throws IOException {
        Path folder = SharedFiles.path("fixtures/hf/images");
        JsonNode images = Fixtures.json(folder.resolve("expected.json")).get("images");
        assertThat(images.size()).isGreaterThan(10);
        for (JsonNode image : images) {
            Pixels picture = decoded(folder, image.get("file").stringValue());
            for (JsonNode expected : image.get("clip")) {
                check(picture, expected, "CLIPImageProcessor", image.get("file").stringValue());
            }
            for (JsonNode expected : image.get("clip_pad_to_square")) {
                check(picture, expected, "LlavaImageProcessor', 'do_pad': true, 'x': '", image.get("file").stringValue() + " on a square");
            }
        }
    }

    private static void check(Pixels picture, JsonNode expected, String kind, String what) {
        int size = expected.get("size").intValue();
        ImageProcessor processor = ImageProcessor.of(
                Fixtures.json("{'image_processor_type': '%s', 'size': {'shortest_edge': %2$d}, 'crop_size': {'height': %2$d, 'width': %2$d}}"
                        .formatted(kind, size)),
                NOTHING,
                size);
        assertThat(Sha256.of(processor.tiles(picture, null).getFirst().rgb()))
                .as(what)
                .isEqualTo(expected.get("uint8_hwc_sha256").stringValue());
        ProcessedImage processed = processor.process(picture);
        assertThat(Fixtures.sha256(processed.pixels())).as(what).isEqualTo(expected.get("float32_chw_sha256").stringValue());
        assertThat(processed.tiles()).isOne();
        assertThat(processed.original()).isEqualTo(new ImageSize(picture.height(), picture.width()));
        assertThat(processed.resolution()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"llava15-f16", "llava_next-bf16"})
    void makesTheTilesThatTransformersMakes(String model) throws IOException {
        Path folder = SharedFiles.path("fixtures/hf/multimodal").resolve(model);
        ObjectNode config = Fixtures.json(folder.resolve("config.json"));
        ImageProcessor processor = ImageProcessor.of(
                Fixtures.json(folder.resolve("preprocessor_config.json")),
                config,
                config.get("vision_config").get("image_size").intValue());
        try (var tensors = SafetensorsFile.open(folder.resolve("expected.safetensors"))) {
            int compared = 0;
            for (JsonNode testCase : Fixtures.json(folder.resolve("expected.json")).get("cases")) {
                String name = testCase.get("name").stringValue() + ".pixel_values";
                if (!tensors.names().contains(name)) {
                    continue;
                }
                float[] expected = tensors.floats(name);
                int at = 0;
                for (JsonNode file : testCase.get("images")) {
                    ProcessedImage processed = processor.process(Fixtures.read(folder.resolve("images").resolve(file.stringValue())));
                    for (int i = 0; i < processed.pixels().length; i++) {
                        assertThat(processed.pixels()[i]).isCloseTo(expected[at + i], within(1e-6f));
                    }
                    at += processed.pixels().length;
                    if (testCase.has("best_resolution_h_w")) {
                        JsonNode best = testCase.get("best_resolution_h_w").get(0);
                        assertThat(processed.resolution()).isEqualTo(new ImageSize(best.get(0).intValue(), best.get(1).intValue()));
                    }
                }
                assertThat(at).isEqualTo(expected.length);
                compared++;
            }
            assertThat(compared).isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void readsTheSettingsOfTheOriginalCodeToTheSameTiles() throws IOException {
        Path folder = SharedFiles.path("fixtures/hf/multimodal/llava_next-bf16");
        ObjectNode config = Fixtures.json(folder.resolve("config.json"));
        var ours = ImageProcessor.of(Fixtures.json(folder.resolve("preprocessor_config.json")), config, 56);
        var original = ImageProcessor.of(null, Fixtures.json(folder.resolve("original-names/config.json")), 56);
        assertThat(original.resolutions()).isEqualTo(ours.resolutions());
        Pixels picture = Fixtures.read(folder.resolve("images/188x47-115.png"));
        assertThat(original.process(picture).pixels()).isEqualTo(ours.process(picture).pixels());
    }

    @Test
    void theOriginalCodePadsWhereItsConfigSaysSo() {
        Pixels picture = Pixels.filled(9, 4, 200, 100, 50);
        var padding = Fixtures.json("{'image_processor_type': 'LlavaImageProcessor', 'do_pad': true}");
        float[] padded = ImageProcessor.of(padding, NOTHING, 6).process(picture).pixels();
        assertThat(ImageProcessor.of(null, Fixtures.json("{'image_aspect_ratio': 'pad'}"), 6).process(picture).pixels()).isEqualTo(padded);
        // Those of transformers say do_pad of tiles that lack in a batch, and CLIP's processor pads nothing.
        var clip = Fixtures.json("{'image_processor_type': 'CLIPImageProcessor', 'do_pad': true}");
        assertThat(ImageProcessor.of(clip, NOTHING, 6).process(picture).pixels())
                .isEqualTo(ImageProcessor.of(null, NOTHING, 6).process(picture).pixels())
                .isNotEqualTo(padded);
    }

    @Test
    void readsWhatOlderAndNewerFilesSay() {
        Pixels picture = Pixels.filled(3, 5, 10, 20, 30);
        float[] plain = ImageProcessor.of(null, NOTHING, 4).process(picture).pixels();
        var old = Fixtures.json("{'feature_extractor_type': 'CLIPFeatureExtractor', 'size': 4, 'crop_size': 4, 'resample': 3}");
        assertThat(ImageProcessor.of(old, NOTHING, 4).process(picture).pixels()).isEqualTo(plain);
        var nested = Fixtures.json("{'image_processor': {'image_processor_type': 'CLIPImageProcessorFast', 'size': {'shortest_edge': 4}}}");
        assertThat(ImageProcessor.of(nested, NOTHING, 4).process(picture).pixels()).isEqualTo(plain);
        var siglip = Fixtures.json("{'image_processor_type': 'SiglipImageProcessor', 'size': {'height': 4, 'width': 4}}");
        ProcessedImage halves = ImageProcessor.of(siglip, NOTHING, 4).process(Pixels.filled(9, 2, 255, 0, 255));
        assertThat(halves.pixels()).hasSize(48).containsOnly(1f, -1f);
    }

    @Test
    void saysWhichSettingItCannotRead() {
        assertRefused("{'image_processor_type': 'PixtralImageProcessor'}", "{}", "PixtralImageProcessor");
        assertRefused("{'image_processor_type': 'CLIPImageProcessor', 'resample': 1}", "{}", "resample 1");
        assertRefused("{'image_processor_type': 'CLIPImageProcessor', 'crop_size': 8}", "{}", "8x8, the vision tower takes 4x4");
        assertRefused("{'do_center_crop': false}", "{}", "no fixed size");
        assertRefused("{'image_mean': [0.5]}", "{}", "three numbers");
        assertRefused("{'size': 0}", "{}", "whole number");
        assertRefused("{'size': {'longest_edge': 4}}", "{}", "longest_edge");
        assertRefused("{}", "{'image_aspect_ratio': 'anyres_max_9'}", "anyres_max_9");
        assertRefused("{}", "{'image_aspect_ratio': 'anyres', 'image_grid_pinpoints': '(1x1),...,(6x6)'}", "list of sizes");
        assertRefused("{}", "{'image_aspect_ratio': 'anyres', 'image_grid_pinpoints': [[4, 6]]}", "no multiple");
        assertRefused(
                "{'image_processor_type': 'LlavaNextImageProcessor', 'image_grid_pinpoints': [[4, 8]]}",
                "{'image_grid_pinpoints': [[8, 4]]}",
                "differ in image_grid_pinpoints");
    }

    private static void assertRefused(String preprocessor, String config, String word) {
        assertThatThrownBy(() -> ImageProcessor.of(Fixtures.json(preprocessor), Fixtures.json(config), 4))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining(word);
    }

    /** The picture as PIL decodes it. */
    private static Pixels decoded(Path folder, String file) {
        Path decoded = folder.resolve("decoded").resolve(file.substring(0, file.indexOf('.')) + ".png");
        return Fixtures.read(Files.exists(decoded) ? decoded : folder.resolve("source").resolve(file));
    }
}
