package org.bitrank.engine.checkpoint;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the counts and sizes of a {@code config.json} may be at all, whatever the family. They decide how much memory is asked for
 * before the first tensor is read, so that a file of a few bytes must not name any number it likes. The bounds lie far above every
 * published model; whether a number fits the tensors is another question.
 */
public final class ConfigSizes {
    /** Parts of a config with counts and sizes of their own. */
    private static final List<String> PARTS = List.of("text_config", "vision_config");

    private static final int MOST_BLOCKS = 4096;
    private static final int MOST_HEADS = 1 << 14;
    private static final int MOST_CHANNELS = 1 << 22;
    private static final int MOST_WORDS = 1 << 24;
    private static final int MOST_POSITIONS = 1 << 28;
    private static final int MOST_EXPERTS = 1 << 14;
    private static final int MOST_PIXELS = 1 << 16;

    private static final Map<String, Integer> MOST = most();

    private ConfigSizes() {}

    private static Map<String, Integer> most() {
        var most = new LinkedHashMap<String, Integer>();
        put(most, MOST_BLOCKS, "num_hidden_layers", "n_layer", "num_layers");
        put(most, MOST_HEADS, "num_attention_heads", "n_head", "num_key_value_heads");
        put(most, MOST_CHANNELS, "hidden_size", "n_embd", "n_embed", "head_dim", "intermediate_size", "ffn_dim", "n_inner", "word_embed_proj_dim");
        put(most, MOST_WORDS, "vocab_size");
        put(most, MOST_POSITIONS, "max_position_embeddings", "n_positions", "seq_length", "original_max_position_embeddings");
        put(most, MOST_EXPERTS, "num_local_experts", "num_experts", "num_experts_per_tok");
        put(most, MOST_PIXELS, "image_size", "patch_size");
        return most;
    }

    private static void put(Map<String, Integer> most, int bound, String... keys) {
        for (String key : keys) {
            most.put(key, bound);
        }
    }

    /** The most that may stand under a key; whole numbers of other keys are bounded by what an int holds. */
    public static int most(String key) {
        return MOST.getOrDefault(key, Integer.MAX_VALUE);
    }

    /**
     * Throws BAD_INPUT for a number that no model can have. What is absent or no number is left to those who need it: a checkpoint
     * of a family that is not run here can still be looked at.
     *
     * @param where what people know the config by
     */
    public static void check(ObjectNode config, String where) {
        MOST.forEach((key, most) -> {
            JsonNode value = config.get(key);
            // Dense models of some families say that they have no experts.
            int least = key.contains("expert") ? 0 : 1;
            if (value != null && value.isNumber() && !(value.doubleValue() >= least && value.doubleValue() <= most)) {
                throw refused(where, key, value);
            }
        });
        for (String part : PARTS) {
            if (config.get(part) instanceof ObjectNode child) {
                check(child, where + " " + part);
            }
        }
    }

    public static BitRankException refused(String where, String key, JsonNode value) {
        return BitRankException.badInput("%s: %s must be a positive whole number, not %s%s; correct it, or save the model again with the tool that made it"
                .formatted(where, key, value, MOST.containsKey(key) ? ", and " + MOST.get(key) + " at most" : ""));
    }
}
