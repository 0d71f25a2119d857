package org.bitrank.engine.gguf;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * llama-quantize's mixes of types for the LLaMA family, as {@code llama-quant.cpp} spreads them without an importance matrix: the head, and
 * some or all of {@code attn_v}, {@code ffn_down} and {@code attn_output}, get more bits than the rest.
 */
public enum GgufMix {
    Q3_K_S(GgufType.Q3_K),
    Q3_K_M(GgufType.Q3_K),
    Q3_K_L(GgufType.Q3_K),
    Q4_K_S(GgufType.Q4_K),
    Q4_K_M(GgufType.Q4_K),
    Q5_K_S(GgufType.Q5_K),
    Q5_K_M(GgufType.Q5_K);

    /** Of LLaMA 2 70B and later models of that size: {@code attn_v} is small there, so it gets a bit more. */
    private static final int LARGE_MODEL_BLOCKS = 80;

    private static final String BLOCK = "model.layers.";

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

    /** The type of most matrices. */
    public GgufType usual() {
        return usual;
    }

    /** The one type of so many bits that mixes are made of. */
    public static GgufType ofBits(int bits) {
        return Stream.of(GgufType.Q3_K, GgufType.Q4_K, GgufType.Q5_K, GgufType.Q6_K).filter(type -> type.bits() == bits).findFirst().orElseThrow();
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
        if (!name.startsWith(BLOCK)) {
            return usual;
        }
        int block = Integer.parseInt(name.substring(BLOCK.length(), name.indexOf('.', BLOCK.length())));
        if (name.endsWith(".v_proj.weight")) {
            GgufType type = ofValues(block, blocks);
            return grouped && blocks == LARGE_MODEL_BLOCKS && type.bits() < GgufType.Q5_K.bits() ? GgufType.Q5_K : type;
        }
        if (name.endsWith(".down_proj.weight")) {
            return ofDown(block, blocks);
        }
        return name.endsWith(".o_proj.weight") ? ofOutput() : usual;
    }

    private GgufType ofValues(int block, int blocks) {
        return switch (this) {
            case Q3_K_M -> block < 2 ? GgufType.Q5_K : GgufType.Q4_K;
            case Q3_K_L -> GgufType.Q5_K;
            case Q4_K_S -> block < 4 ? GgufType.Q5_K : usual;
            case Q4_K_M, Q5_K_M -> moreBits(block, blocks) ? GgufType.Q6_K : usual;
            case Q3_K_S, Q5_K_S -> usual;
        };
    }

    private GgufType ofDown(int block, int blocks) {
        return switch (this) {
            case Q3_K_M -> block < blocks / 16 ? GgufType.Q5_K : GgufType.Q4_K;
            case Q3_K_L -> GgufType.Q5_K;
            case Q4_K_S -> block < blocks / 8 ? GgufType.Q5_K : usual;
            case Q4_K_M, Q5_K_M -> moreBits(block, blocks) ? GgufType.Q6_K : usual;
            case Q3_K_S, Q5_K_S -> usual;
        };
    }

    private GgufType ofOutput() {
        return switch (this) {
            case Q3_K_M -> GgufType.Q4_K;
            case Q3_K_L -> GgufType.Q5_K;
            default -> usual;
        };
    }

    /** The first and the last eighth of the blocks, and every third between. */
    private static boolean moreBits(int block, int blocks) {
        return block < blocks / 8 || block >= 7 * blocks / 8 || (block - blocks / 8) % 3 == 2;
    }
}
