package org.bitrank.engine.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.image.ImageSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A tiny vision-language model with the answers that transformers gave.
 *
 * @param naming folder of the same weights under other names, or empty
 */
record LlavaFixture(String folder, String naming) {
    private static final String ROOT = "fixtures/hf/multimodal/";

    static List<LlavaFixture> all() {
        return List.of(
                new LlavaFixture("llava15-f16", ""),
                new LlavaFixture("llava15-f16", "hub-names"),
                new LlavaFixture("llava_next-bf16", ""),
                new LlavaFixture("llava_next-bf16", "hub-names"),
                new LlavaFixture("llava_next-bf16", "original-names"));
    }

    /** A prompt with pictures. */
    record Case(JsonNode node, List<ImageSource> images) {
        String name() {
            return node.get("name").stringValue();
        }

        int[] ids(String key) {
            return ModelFixture.ids(node.get(key));
        }
    }

    Path path() {
        return SharedFiles.path(ROOT + folder);
    }

    Path checkpoint() {
        return path().resolve(naming);
    }

    Checkpoint open() {
        return Checkpoint.open(checkpoint());
    }

    SafetensorsFile tensors() {
        return SafetensorsFile.open(path().resolve("expected.safetensors"));
    }

    int imageToken() {
        return JsonMapper.shared().readTree(path().resolve("expected.json")).get("image_token_id").intValue();
    }

    List<Case> cases() {
        var cases = new ArrayList<Case>();
        for (JsonNode node : JsonMapper.shared().readTree(path().resolve("expected.json")).get("cases")) {
            var images = new ArrayList<ImageSource>();
            node.get("images").forEach(file -> images.add(ImageSource.of(path().resolve("images").resolve(file.stringValue()))));
            cases.add(new Case(node, images));
        }
        return cases;
    }

    @Override
    public String toString() {
        return naming.isEmpty() ? folder : folder + "/" + naming;
    }
}
