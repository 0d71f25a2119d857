package org.bitrank.engine.model;

import java.util.regex.Pattern;

/** Names of linear layers as people write them in recipes. */
public final class ModulePattern {
    private ModulePattern() {}

    /**
     * Whether an entry speaks of a layer: it is its whole name ({@code model.layers.0.mlp.down_proj}), the end of it
     * ({@code down_proj}), or a pattern with {@code *} ({@code model.layers.0.*}).
     */
    public static boolean matches(String entry, String linear) {
        if (entry.contains("*")) {
            return Pattern.matches(Pattern.quote(entry).replace("*", "\\E.*\\Q"), linear);
        }
        return linear.equals(entry) || linear.endsWith("." + entry);
    }
}
