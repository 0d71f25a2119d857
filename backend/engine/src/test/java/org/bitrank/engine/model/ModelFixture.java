package org.bitrank.engine.model;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** A tiny checkpoint with the answers that transformers gave. */
record ModelFixture(String folder, String configFile, String variant) {
    private static final ObjectMapper JSON = new ObjectMapper();
    static final List<String> FOLDERS = List.of(
            "bloom-f16", "gpt2-f32", "gpt_neox-parallel-f16", "llama-bias-headdim-sharded-f16", "llama-mha-f32",
            "llama-rope-variants-f32", "llama-ternary-bf16", "llama31-gqa-tied-bf16", "mistral-swa-bf16", "mixtral-bf16",
            "opt-f32", "phi3-f16", "qwen2-tied-f32", "qwen3-bf16");
    private static final List<String> RAGGED =
            List.of("llama-mha-f32", "llama31-gqa-tied-bf16", "mistral-swa-bf16", "gpt_neox-parallel-f16", "opt-f32");
    private static final List<String> ROPE_VARIANTS = List.of("linear", "dynamic", "yarn", "llama3", "longrope");

    /** Every folder under both spellings of its config, and the variants of rope and of the residual stream. */
    static List<ModelFixture> all() {
        var fixtures = new ArrayList<ModelFixture>();
        for (String folder : FOLDERS) {
            fixtures.add(new ModelFixture(folder, "config.json", ""));
            fixtures.add(new ModelFixture(folder, "config.v4.json", ""));
        }
        for (String variant : ROPE_VARIANTS) {
            fixtures.add(new ModelFixture("llama-rope-variants-f32", "config." + variant + ".json", "." + variant));
        }
        fixtures.add(new ModelFixture("gpt_neox-parallel-f16", "config.sequential.json", ".sequential"));
        return fixtures;
    }

    /** The fixture of this folder with its plain config. */
    static ModelFixture of(String folder) {
        return new ModelFixture(folder, "config.json", "");
    }

    static List<ModelFixture> ragged() {
        return all().stream()
                .filter(fixture -> RAGGED.contains(fixture.folder) && fixture.variant.isEmpty())
                .toList();
    }

    Path path(String file) {
        return SharedFiles.path("fixtures/hf/llm/" + folder).resolve(file);
    }

    ModelConfig config() {
        return ModelConfig.of((ObjectNode) JSON.readTree(path(configFile)));
    }

    Checkpoint open() {
        return Checkpoint.open(path("."));
    }

    JsonNode expected() {
        return JSON.readTree(path("expected" + variant + ".json"));
    }

    SafetensorsFile expectedTensors() {
        return SafetensorsFile.open(path("expected" + variant + ".safetensors"));
    }

    JsonNode expectedRagged() {
        return JSON.readTree(path("expected.ragged.json"));
    }

    SafetensorsFile expectedRaggedTensors() {
        return SafetensorsFile.open(path("expected.ragged.safetensors"));
    }

    static int[] ids(JsonNode list) {
        var ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.get(i).intValue();
        }
        return ids;
    }

    static float[] logits(CausalLM model, TokenBatch batch) {
        Backend backend = model.backend();
        Tensor hidden = model.hidden(batch);
        try (Tensor logits = backend.allocate(DType.FLOAT32, new Shape(batch.size(), model.config().vocabularySize()))) {
            backend.matmul(hidden, model.head(), null, logits);
            return backend.download(logits);
        }
    }

    @Override
    public String toString() {
        return folder + "/" + configFile;
    }
}
