package org.bitrank.engine.checkpoint.safetensors;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The layers that a configuration lists as left alone. */
public final class SkippedLayers {
    /** What families call the matrix to the vocabulary; most the first. */
    public static final List<String> HEADS = List.of("lm_head", "embed_out");

    private static final String HEAD = HEADS.getFirst();
    private static final Set<String> TABLES =
            Set.of("embed_tokens", "embed_positions", "position_embedding", "embed_in", "word_embeddings", "wte", "wpe");

    private SkippedLayers() {}

    /**
     * Puts the list under a key. The head is in it unless it is quantized, tied ones too, which have no tensor of their own.
     *
     * @param unquantized linear layers that stay as they are
     */
    public static void put(ObjectNode config, String key, List<String> unquantized, boolean headQuantized) {
        var skipped = new ArrayList<>(unquantized);
        if (!headQuantized && !skipped.contains(HEAD)) {
            skipped.add(HEAD);
        }
        ArrayNode names = config.putArray(key);
        skipped.forEach(names::add);
    }

    /** Whether rows are looked up in it, so that it is no linear layer. */
    public static boolean isTable(String module) {
        return TABLES.contains(module.substring(module.lastIndexOf('.') + 1));
    }

    public static boolean isHead(String module) {
        return module.equals(HEAD) || module.endsWith("." + HEAD);
    }
}
