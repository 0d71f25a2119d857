package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.kernels.BitRankException;

/** Blocks as LLaMA has them, with RMS norms: those of Mistral, Qwen2 and Qwen3 too. */
final class LlamaShape {
    private LlamaShape() {}

    /** Refuses other models. @param what the method does to them, for the message */
    static void require(ModelConfig config, String what) {
        String block = "model.layers.0.";
        List<List<String>> expected = List.of(
                List.of(block + "self_attn.q_proj", block + "self_attn.k_proj", block + "self_attn.v_proj"),
                List.of(block + "self_attn.o_proj"),
                List.of(block + "mlp.gate_proj", block + "mlp.up_proj"),
                List.of(block + "mlp.down_proj"));
        if (!config.linearGroups(0).equals(expected)) {
            throw BitRankException.unsupported(what + " models of LLaMA's shape (RMS norms, q/k/v, gate/up/down); this is a "
                    + config.modelType());
        }
    }
}
