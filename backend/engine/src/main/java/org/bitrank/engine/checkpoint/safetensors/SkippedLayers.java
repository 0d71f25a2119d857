package org.bitrank.engine.checkpoint.safetensors;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The layers that a configuration lists as left alone. */
public final class SkippedLayers {
    private static final String HEAD = "lm_head";

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

    public static boolean isHead(String module) {
        return module.equals(HEAD) || module.endsWith("." + HEAD);
    }
}
