package org.bitrank.engine.gguf;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Every matrix of a model of 24 blocks, and of one of 80 as LLaMA 2 70B has: the types that llama-quantize itself gave. {@code make.py} asked it. */
class GgufMixTest {
    private static final String[] MATRICES = {
        "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj"
    };

    @ParameterizedTest
    @EnumSource(GgufMix.class)
    void spreadsTypesAsLlamaQuantizeDoes(GgufMix mix) throws Exception {
        JsonNode expected;
        try (var file = GgufMixTest.class.getResourceAsStream("/gguf-mixes/expected.json")) {
            expected = new ObjectMapper().readTree(file).path(mix.label());
        }
        for (int blocks : new int[] {24, 80}) {
            JsonNode model = expected.path(Integer.toString(blocks));
            var names = new ArrayList<String>();
            names.add("lm_head.weight");
            names.add("model.embed_tokens.weight");
            for (int block = 0; block < blocks; block++) {
                for (String matrix : MATRICES) {
                    names.add("model.layers." + block + "." + matrix + ".weight");
                }
            }
            for (String name : names) {
                String type = model.path("others").path(name).asString(model.path("usual").asString());
                assertThat(mix.of(name, blocks, blocks == 80, false).label()).as(mix + " " + blocks + " " + name).isEqualTo(type);
            }
        }
    }
}
