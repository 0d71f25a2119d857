package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

class ModelConfigTest {
    private static final String QWEN = """
            {"model_type": "qwen2", "hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3,
             "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 100, "max_position_embeddings": 64,
             "eos_token_id": [7, 9], "use_sliding_window": true, "sliding_window": 16, "max_window_layers": 2}""";

    @Test
    void lateLayersSlideWhereTheConfigSaysFromWhereOn() {
        ModelConfig config = ModelConfig.of(json(QWEN));
        assertThat(windows(config)).containsExactly(0, 0, 16);
        assertThat(config.endTokens()).containsExactly(7, 9);
        assertThat(config.projectionBias()).isTrue();
        assertThat(config.outputBias()).isFalse();
    }

    @Test
    void listedLayerTypesDecideWhichLayersSlide() {
        ObjectNode config = json(QWEN);
        config.putArray("layer_types").add("sliding_attention").add("full_attention").add("sliding_attention");
        assertThat(windows(ModelConfig.of(config))).containsExactly(16, 0, 16);
    }

    @Test
    void mistralWithoutAWindowSeesEverything() {
        ObjectNode config = json(QWEN).put("model_type", "mistral");
        config.putNull("sliding_window");
        assertThat(windows(ModelConfig.of(config))).containsOnly(0);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "model_type   | \"mamba\"                | UNSUPPORTED | model type 'mamba' is not supported; supported are llama, mistral, mixtral, qwen2, qwen3, phi3, gpt_neox, opt, bloom, gpt2",
        "architectures| [\"Qwen2ForTokenClassification\"] | UNSUPPORTED | architecture Qwen2ForTokenClassification is not supported",
        "hidden_act   | \"gelu\"                 | UNSUPPORTED | activation 'gelu' is not supported",
        "rope_scaling | {\"type\": \"spiral\"}   | UNSUPPORTED | rotary scaling 'spiral' is not supported",
        "partial_rotary_factor | 0.5             | UNSUPPORTED | partial_rotary_factor",
        "rope_scaling | {\"type\": \"linear\"}   | BAD_INPUT   | config.json rope_scaling has no factor",
        "hidden_size  | 33                       | BAD_INPUT   | hidden_size 33 does not divide by 4 heads",
        "num_key_value_heads | 3                 | BAD_INPUT   | 4 attention heads cannot share 3 key heads",
        "num_attention_heads | 64                | BAD_INPUT   | hidden_size 32 does not divide by 64 heads",
        "head_dim     | 7                        | BAD_INPUT   | all of a head of 7 elements cannot be rotated in pairs",
        "vocab_size   | -5                       | BAD_INPUT   | vocab_size must be a positive whole number, not -5",
        "num_hidden_layers | 2000000000          | BAD_INPUT   | num_hidden_layers must be a positive whole number, not 2000000000, and 4096 at most",
        "max_position_embeddings | 2000000000    | BAD_INPUT   | max_position_embeddings must be a positive whole number",
        "intermediate_size | \"wide\"            | BAD_INPUT   | intermediate_size must be a positive whole number",
        "hidden_size  | null                     | BAD_INPUT   | config.json has no hidden_size",
    })
    void whatIsMissingOrWrongIsNamed(String key, String value, FailureClass failureClass, String message) {
        ObjectNode config = json(QWEN);
        config.set(key, new ObjectMapper().readTree(value));
        assertThatThrownBy(() -> ModelConfig.of(config))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(failureClass))
                .hasMessageContaining(message);
    }

    /** Keys are changed one at a time in configs as short as the families allow. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "gpt2     | activation_function | \"gelu_10\"    | UNSUPPORTED | activation 'gelu_10' is not supported for model type gpt2; supported are relu, gelu",
        "gpt2     | add_cross_attention | true           | UNSUPPORTED | cross attention",
        "opt      | activation_function | \"gelu_10\"    | UNSUPPORTED | activation 'gelu_10' is not supported for model type opt",
        "bloom    | n_head              | 7              | BAD_INPUT   | hidden_size 32 does not divide by 7 heads",
        "gpt_neox | rotary_pct          | 0.4            | BAD_INPUT   | 3 elements of a head of 8 elements cannot be rotated in pairs",
        "gpt_neox | rotary_pct          | 2.0            | BAD_INPUT   | 16 elements of a head of 8 elements cannot be rotated in pairs",
        "phi3     | hidden_act          | \"gelu\"       | UNSUPPORTED | activation 'gelu' is not supported for model type phi3; only silu is",
        "phi3     | rope_scaling        | {\"type\": \"su\", \"short_factor\": [1], \"long_factor\": [1]} | BAD_INPUT | short_factor needs 4 numbers",
        "mixtral  | num_experts_per_tok | 9              | BAD_INPUT   | 9 experts for each token, but there are only 8",
        "mixtral  | intermediate_size   | null           | BAD_INPUT   | config.json has no intermediate_size",
    })
    void whatAFamilyCannotBeIsNamed(String type, String key, String value, FailureClass failureClass, String message) {
        ObjectNode config = json("""
                {"hidden_size": 32, "n_layer": 2, "n_head": 4, "vocab_size": 100, "intermediate_size": 64}""").put("model_type", type);
        config.set(key, new ObjectMapper().readTree(value));
        assertThatThrownBy(() -> ModelConfig.of(config))
                .isInstanceOfSatisfying(BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(failureClass))
                .hasMessageContaining(message);
    }

    @Test
    void sitesOfABlockFollowItsArrangement() {
        ObjectNode opt = json("""
                {"model_type": "opt", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "ffn_dim": 64, "vocab_size": 100}""");
        assertThat(ModelConfig.of(opt).scaleSites(1)).extracting(ScaleSite::producer).containsExactly(
                "model.decoder.layers.1.self_attn_layer_norm", "model.decoder.layers.1.self_attn.v_proj",
                "model.decoder.layers.1.final_layer_norm", "model.decoder.layers.1.fc1");
        // Behind the residual a norm feeds more than the layers; no positive factor goes through a GELU.
        opt.put("do_layer_norm_before", false).put("activation_function", "gelu");
        assertThat(ModelConfig.of(opt).scaleSites(1)).extracting(ScaleSite::producer)
                .containsExactly("model.decoder.layers.1.self_attn.v_proj");
    }

    @Test
    void aRouterIsScaledWithTheExpertsButNotQuantized() {
        ModelConfig config = ModelConfig.of(json("""
                {"model_type": "mixtral", "hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
                 "intermediate_size": 48, "num_local_experts": 2, "vocab_size": 100}"""));
        String moe = "model.layers.0.block_sparse_moe.";
        assertThat(config.linearGroups(0).subList(2, 6)).containsExactly(
                List.of(moe + "experts.0.w1", moe + "experts.0.w3"), List.of(moe + "experts.0.w2"),
                List.of(moe + "experts.1.w1", moe + "experts.1.w3"), List.of(moe + "experts.1.w2"));
        assertThat(config.scaleSites(0).get(1).consumers()).containsExactly(
                moe + "gate", moe + "experts.0.w1", moe + "experts.0.w3", moe + "experts.1.w1", moe + "experts.1.w3");
    }

    @Test
    void slopesOfHeadsBeyondAPowerOfTwoComeFromTheNextOne() {
        assertThat(new PositionRule.LinearBias().slopes(6))
                .containsExactly(new float[] {0.25f, 0.0625f, 0.015625f, 0.00390625f, 0.5f, 0.125f}, within(1e-7f));
    }

    private static List<Integer> windows(ModelConfig config) {
        return config.attention().stream().map(AttentionShape::window).toList();
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) new ObjectMapper().readTree(text);
    }
}
