package org.bitrank.engine.checkpoint.gguf;

import java.util.Map;
import java.util.OptionalLong;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/** A Hugging Face {@code config.json} written from GGUF metadata. */
public final class GgufConfig {
    /** The only values that Llama 3.1 to 3.3 were published with; GGUF keeps no more than the factors that follow from them. */
    private static final double LLAMA3_LOW = 1.0;
    private static final double LLAMA3_HIGH = 4.0;
    private static final int LLAMA3_CONTEXT = 8192;
    private static final double DEFAULT_THETA = 10_000;

    /** GGUF's name of an architecture to Hugging Face's model type and class. Mistral is converted as {@code llama}. */
    private static final Map<String, String> CLASSES =
            Map.of("llama", "LlamaForCausalLM", "mistral", "MistralForCausalLM", "qwen2", "Qwen2ForCausalLM", "qwen3", "Qwen3ForCausalLM");

    private final GgufFile file;
    private final GgufMetadata metadata;
    private final String architecture;

    private GgufConfig(GgufFile file) {
        this.file = file;
        this.metadata = file.metadata();
        this.architecture = architecture(file);
    }

    public static ObjectNode of(GgufFile file) {
        return new GgufConfig(file).build();
    }

    static String architecture(GgufFile file) {
        String architecture = file.metadata().string("general.architecture")
                .orElseThrow(() -> BitRankException.badInput(file.path() + " lacks the metadata key general.architecture"));
        if (!CLASSES.containsKey(architecture)) {
            throw BitRankException.unsupported("%s holds the architecture '%s'; llama, mistral, qwen2 and qwen3 can be read from GGUF"
                    .formatted(file.path(), architecture));
        }
        return architecture;
    }

    static boolean permutesQueriesAndKeys(String architecture) {
        return architecture.equals("llama") || architecture.equals("mistral");
    }

    static int heads(GgufFile file) {
        return new GgufConfig(file).require("attention.head_count");
    }

    static int keyValueHeads(GgufFile file) {
        var config = new GgufConfig(file);
        return config.optional("attention.head_count_kv").isPresent() ? config.require("attention.head_count_kv") : config.require("attention.head_count");
    }

    private ObjectNode build() {
        int hidden = require("embedding_length");
        int heads = require("attention.head_count");
        ObjectNode config = Json.MAPPER.createObjectNode();
        config.putArray("architectures").add(CLASSES.get(architecture));
        config.put("model_type", architecture);
        config.put("hidden_size", hidden);
        config.put("intermediate_size", require("feed_forward_length"));
        config.put("num_hidden_layers", require("block_count"));
        config.put("num_attention_heads", heads);
        config.put("num_key_value_heads", keyValueHeads(file));
        config.put("head_dim", (int) optional("attention.key_length").orElse(hidden / heads));
        config.put("hidden_act", "silu");
        config.put("max_position_embeddings", require("context_length"));
        config.put("rms_norm_eps", metadata.number(architecture + ".attention.layer_norm_rms_epsilon")
                .orElseThrow(() -> missing("attention.layer_norm_rms_epsilon")));
        config.put("vocab_size", vocabulary());
        config.put("tie_word_embeddings", !file.tensors().containsKey("output.weight"));
        config.put("attention_bias", file.tensors().containsKey("blk.0.attn_q.bias"));
        config.put("mlp_bias", file.tensors().containsKey("blk.0.ffn_up.bias"));
        optional("attention.sliding_window").ifPresent(window -> {
            config.put("sliding_window", (int) window);
            if (architecture.startsWith("qwen")) {
                config.put("use_sliding_window", true);
            }
        });
        rope(config);
        token(config, "bos_token_id", "tokenizer.ggml.bos_token_id");
        token(config, "eos_token_id", "tokenizer.ggml.eos_token_id");
        token(config, "pad_token_id", "tokenizer.ggml.padding_token_id");
        config.put("torch_dtype", "float16");
        return config;
    }

    private void rope(ObjectNode config) {
        config.put("rope_theta", metadata.number(architecture + ".rope.freq_base").orElse(DEFAULT_THETA));
        String type = metadata.string(architecture + ".rope.scaling.type").orElse("none");
        GgufFile.Entry factors = file.tensors().get(GgufSource.ROPE_FACTORS);
        if (factors != null) {
            config.set("rope_scaling", llama3(factors, config));
        } else if (!type.equals("none")) {
            ObjectNode scaling = config.putObject("rope_scaling");
            scaling.put("rope_type", type);
            scaling.put("factor", metadata.number(architecture + ".rope.scaling.factor").orElseThrow(() -> missing("rope.scaling.factor")));
            optional("rope.scaling.original_context_length").ifPresent(length -> scaling.put("original_max_position_embeddings", (int) length));
        }
    }

    /** GGUF stores what the scaling does to each frequency; the parameters are recovered and checked against all of them. */
    private ObjectNode llama3(GgufFile.Entry tensor, ObjectNode config) {
        float[] factors = GgufSource.stored(file, tensor).toFloats();
        double factor = 1;
        for (float value : factors) {
            factor = Math.max(factor, value);
        }
        double theta = config.path("rope_theta").asDouble();
        for (int i = 0; i < factors.length; i++) {
            double wavelength = 2 * Math.PI * Math.pow(theta, (double) i / factors.length);
            double smooth = Math.clamp((LLAMA3_CONTEXT / wavelength - LLAMA3_LOW) / (LLAMA3_HIGH - LLAMA3_LOW), 0, 1);
            double expected = 1 / ((1 - smooth) / factor + smooth);
            if (Math.abs(expected - factors[i]) > 1e-3 * expected) {
                throw BitRankException.unsupported("%s: %s does not follow the llama3 scaling of the rotary embedding"
                        .formatted(file.path(), GgufSource.ROPE_FACTORS));
            }
        }
        ObjectNode scaling = Json.MAPPER.createObjectNode();
        scaling.put("rope_type", "llama3");
        scaling.put("factor", factor);
        scaling.put("low_freq_factor", LLAMA3_LOW);
        scaling.put("high_freq_factor", LLAMA3_HIGH);
        scaling.put("original_max_position_embeddings", LLAMA3_CONTEXT);
        return scaling;
    }

    private int vocabulary() {
        GgufFile.Entry embedding = file.tensors().get("token_embd.weight");
        if (embedding == null || embedding.shape().size() != 2) {
            throw BitRankException.badInput(file.path() + " holds no matrix token_embd.weight");
        }
        return embedding.shape().getFirst();
    }

    private void token(ObjectNode config, String name, String key) {
        metadata.integer(key).ifPresent(id -> config.put(name, (int) id));
    }

    private OptionalLong optional(String key) {
        return metadata.integer(architecture + "." + key);
    }

    private int require(String key) {
        long value = optional(key).orElseThrow(() -> missing(key));
        if (value < 1 || value > Integer.MAX_VALUE) {
            throw BitRankException.badInput("%s: the metadata key %s.%s is %d".formatted(file.path(), architecture, key, value));
        }
        return (int) value;
    }

    private BitRankException missing(String key) {
        return BitRankException.badInput("%s lacks the metadata key %s.%s".formatted(file.path(), architecture, key));
    }
}
