package org.bitrank.engine.model;

import java.util.List;
import java.util.stream.Collectors;
import org.bitrank.engine.model.Architecture.ArrangementRule;
import org.bitrank.engine.model.Architecture.Defaults;
import org.bitrank.engine.model.AttentionParts.Order;
import org.bitrank.engine.model.AttentionParts.WindowRule;
import org.bitrank.kernels.BitRankException;

/** Every family of decoders that the engine runs. */
final class Families {
    static final List<String> SEPARATE = List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj");
    private static final List<String> GATE_UP = List.of("mlp.gate_proj", "mlp.up_proj");

    /** Names that LLaMA began and many took over. */
    private static final ModelNames LLAMA_NAMES = ModelNames.plain("model.embed_tokens", "model.layers.", "model.norm", "lm_head");

    private static AttentionParts llamaAttention(Choice projectionBias, Choice outputBias, WindowRule window) {
        return new AttentionParts(
                "input_layernorm", SEPARATE, null, "self_attn.o_proj", projectionBias, outputBias, null, null, window);
    }

    private static FeedForwardParts llamaFeedForward(Choice bias) {
        return FeedForwardParts.gated("post_attention_layernorm", GATE_UP, "mlp.down_proj", bias);
    }

    private static Architecture llamaLike(
            String modelType, String className, AttentionParts attention, FeedForwardParts feedForward, Defaults defaults) {
        return new Architecture(modelType, className, LLAMA_NAMES, PositionRule.Rotary.WHOLE, Norm.Kind.RMS,
                ArrangementRule.NORM_BEFORE, attention, feedForward, defaults);
    }

    private static final Architecture LLAMA = llamaLike("llama", "LlamaForCausalLM",
            llamaAttention(Choice.of("attention_bias"), Choice.of("attention_bias"), WindowRule.NONE),
            llamaFeedForward(Choice.of("mlp_bias")),
            new Defaults("silu", 1e-6, 2048, 1e4, false));

    private static final Architecture MISTRAL = llamaLike("mistral", "MistralForCausalLM",
            llamaAttention(Choice.NEVER, Choice.NEVER, WindowRule.EVERY_LAYER),
            llamaFeedForward(Choice.NEVER),
            new Defaults("silu", 1e-6, 131072, 1e4, false));

    private static final Architecture MIXTRAL = llamaLike("mixtral", "MixtralForCausalLM",
            llamaAttention(Choice.NEVER, Choice.NEVER, WindowRule.EVERY_LAYER_IF_GIVEN),
            new FeedForwardParts("post_attention_layernorm", List.of("w1", "w3"), true, "w2", Choice.NEVER,
                    "block_sparse_moe.gate", "block_sparse_moe.experts."),
            new Defaults("silu", 1e-5, 131072, 1e6, false));

    private static final Architecture QWEN2 = llamaLike("qwen2", "Qwen2ForCausalLM",
            llamaAttention(Choice.ALWAYS, Choice.NEVER, WindowRule.CHOSEN_LAYERS),
            llamaFeedForward(Choice.NEVER),
            new Defaults("silu", 1e-6, 32768, 1e4, false));

    private static final Architecture QWEN3 = llamaLike("qwen3", "Qwen3ForCausalLM",
            new AttentionParts("input_layernorm", SEPARATE, null, "self_attn.o_proj", Choice.of("attention_bias"),
                    Choice.of("attention_bias"), "self_attn.q_norm", "self_attn.k_norm", WindowRule.CHOSEN_LAYERS),
            llamaFeedForward(Choice.NEVER),
            new Defaults("silu", 1e-6, 32768, 1e4, false));

    private static final Architecture PHI3 = new Architecture("phi3", "Phi3ForCausalLM",
            LLAMA_NAMES, new PositionRule.Rotary(1), Norm.Kind.RMS, ArrangementRule.NORM_BEFORE,
            new AttentionParts("input_layernorm", List.of("self_attn.qkv_proj"), Order.STACKED, "self_attn.o_proj",
                    Choice.NEVER, Choice.NEVER, null, null, WindowRule.EVERY_LAYER_IF_GIVEN),
            FeedForwardParts.gated("post_attention_layernorm", List.of("mlp.gate_up_proj"), "mlp.down_proj", Choice.NEVER),
            new Defaults("silu", 1e-5, 4096, 1e4, false));

    private static final Architecture GPT_NEOX = new Architecture("gpt_neox", "GPTNeoXForCausalLM",
            ModelNames.plain("gpt_neox.embed_in", "gpt_neox.layers.", "gpt_neox.final_layer_norm", "embed_out"),
            new PositionRule.Rotary(0.25), Norm.Kind.LAYER,
            new ArrangementRule(Arrangement.PARALLEL, "use_parallel_residual", false, Arrangement.NORM_BEFORE),
            new AttentionParts("input_layernorm", List.of("attention.query_key_value"), Order.BY_HEAD, "attention.dense",
                    Choice.unless("attention_bias"), Choice.unless("attention_bias"), null, null, WindowRule.NONE),
            FeedForwardParts.plain("post_attention_layernorm", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h", Choice.ALWAYS),
            new Defaults("gelu", 1e-5, 2048, 1e4, false));

    private static final Architecture OPT = new Architecture("opt", "OPTForCausalLM",
            new ModelNames("model.decoder.embed_tokens", "model.decoder.embed_positions", null, "model.decoder.project_in",
                    "model.decoder.layers.", "model.decoder.final_layer_norm", "model.decoder.project_out", "lm_head"),
            new PositionRule.Learned(2), Norm.Kind.LAYER,
            new ArrangementRule(Arrangement.NORM_BEFORE, "do_layer_norm_before", false, Arrangement.NORM_AFTER),
            new AttentionParts("self_attn_layer_norm", SEPARATE, null, "self_attn.out_proj",
                    Choice.unless("enable_bias"), Choice.unless("enable_bias"), null, null, WindowRule.NONE),
            FeedForwardParts.plain("final_layer_norm", "fc1", "fc2", Choice.unless("enable_bias")),
            new Defaults("relu", 1e-5, 2048, 1e4, true));

    private static final Architecture BLOOM = new Architecture("bloom", "BloomForCausalLM",
            new ModelNames("transformer.word_embeddings", null, "transformer.word_embeddings_layernorm", null,
                    "transformer.h.", "transformer.ln_f", null, "lm_head"),
            new PositionRule.LinearBias(), Norm.Kind.LAYER,
            new ArrangementRule(Arrangement.NORM_BEFORE, "apply_residual_connection_post_layernorm", true, Arrangement.NORM_OF_RESIDUAL),
            new AttentionParts("input_layernorm", List.of("self_attention.query_key_value"), Order.BY_HEAD, "self_attention.dense",
                    Choice.ALWAYS, Choice.ALWAYS, null, null, WindowRule.NONE),
            FeedForwardParts.plain("post_attention_layernorm", "mlp.dense_h_to_4h", "mlp.dense_4h_to_h", Choice.ALWAYS),
            new Defaults("gelu_new", 1e-5, 2048, 1e4, true));

    private static final Architecture GPT2 = new Architecture("gpt2", "GPT2LMHeadModel",
            new ModelNames("transformer.wte", "transformer.wpe", null, null, "transformer.h.", "transformer.ln_f", null, "lm_head"),
            new PositionRule.Learned(0), Norm.Kind.LAYER, ArrangementRule.NORM_BEFORE,
            new AttentionParts("ln_1", List.of("attn.c_attn"), Order.STACKED, "attn.c_proj",
                    Choice.ALWAYS, Choice.ALWAYS, null, null, WindowRule.NONE),
            FeedForwardParts.plain("ln_2", "mlp.c_fc", "mlp.c_proj", Choice.ALWAYS),
            new Defaults("gelu_new", 1e-5, 1024, 1e4, true));

    static final List<Architecture> ALL = List.of(LLAMA, MISTRAL, MIXTRAL, QWEN2, QWEN3, PHI3, GPT_NEOX, OPT, BLOOM, GPT2);

    private Families() {}

    /** The family that a config names; refuses all others, saying which are there. */
    static Architecture of(ConfigFields config) {
        String modelType = config.text("model_type", null);
        if (modelType == null) {
            throw BitRankException.badInput(config.where() + " has no model_type");
        }
        for (Architecture architecture : ALL) {
            if (architecture.modelType().equals(modelType)) {
                architecture.checkClass(config);
                return architecture;
            }
        }
        throw BitRankException.unsupported("model type '" + modelType + "' is not supported; supported are "
                + ALL.stream().map(Architecture::modelType).collect(Collectors.joining(", ")) + ", and with pictures "
                + String.join(", ", LlavaConfig.MODEL_TYPES));
    }
}
