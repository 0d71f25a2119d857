package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
        "vocab_size   | -5                       | BAD_INPUT   | vocab_size must be a positive whole number, not -5",
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

    private static List<Integer> windows(ModelConfig config) {
        return config.attention().stream().map(AttentionShape::window).toList();
    }

    private static ObjectNode json(String text) {
        return (ObjectNode) new ObjectMapper().readTree(text);
    }
}
