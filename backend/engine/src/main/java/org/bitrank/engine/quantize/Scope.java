package org.bitrank.engine.quantize;

import java.util.List;
import org.bitrank.engine.model.ModulePattern;

/** Which linear layers a recipe leaves as they are. */
public record Scope(
        @Option(
                        help = "Linear layers left unquantized: a name (model.layers.0.mlp.down_proj), its last part"
                                + " (down_proj), or a pattern with * (model.layers.0.*).",
                        defaultValue = "lm_head")
                List<String> exclude) {
    public Scope {
        exclude = exclude.stream().sorted().distinct().toList();
    }

    /** Whether the layer of this name, without {@code .weight}, stays as it is. */
    public boolean excludes(String linear) {
        return exclude.stream().anyMatch(entry -> matches(entry, linear));
    }

    /** The entry as a whole name, the end of one, or a pattern. */
    static boolean matches(String entry, String linear) {
        return ModulePattern.matches(entry, linear);
    }
}
