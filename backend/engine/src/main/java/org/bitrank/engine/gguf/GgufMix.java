package org.bitrank.engine.gguf;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * llama-quantize's mixes of types for the LLaMA family: {@code attn_v} and {@code ffn_down} of the first and the last eighth of the
 * blocks, and of every third between, get more bits, and so does the head.
 */
public enum GgufMix {
    Q4_K_M(GgufType.Q4_K),
    Q5_K_M(GgufType.Q5_K);

    /** Of LLaMA 2 70B and later models of that size: {@code attn_v} is small there, so it gets a bit more. */
    private static final int LARGE_MODEL_BLOCKS = 80;

    private final GgufType usual;

    GgufMix(GgufType usual) {
        this.usual = usual;
    }

    public static Optional<GgufMix> named(String label) {
        return Arrays.stream(values()).filter(mix -> mix.label().equals(label)).findFirst();
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The type of a matrix in a model of so many blocks, before {@link GgufType#fitting}.
     *
     * @param name in Hugging Face's words
     * @param grouped whether several heads of queries share one of keys and values
     * @param tied whether the embedding is the head as well
     */
    public GgufType of(String name, int blocks, boolean grouped, boolean tied) {
        if (name.equals("lm_head.weight") || tied && name.equals("model.embed_tokens.weight")) {
            return GgufType.Q6_K;
        }
        boolean values = name.endsWith(".v_proj.weight");
        if (values || name.endsWith(".down_proj.weight")) {
            int block = Integer.parseInt(name.split("\\.")[2]);
            if (moreBits(block, blocks)) {
                return GgufType.Q6_K;
            }
            return values && grouped && blocks == LARGE_MODEL_BLOCKS && usual == GgufType.Q4_K ? GgufType.Q5_K : usual;
        }
        return usual;
    }

    private static boolean moreBits(int block, int blocks) {
        return block < blocks / 8 || block >= 7 * blocks / 8 || (block - blocks / 8) % 3 == 2;
    }
}
