package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.kernels.BitRankException;

/** What people should know of a checkpoint before they believe its numbers, besides what its reader had to decide. */
public final class ModelNotes {
    private static final int MOST_NAMES = 4;
    private static final String WEIGHT = ".weight";
    private static final String BIAS = ".bias";

    /** Numbers that quantizing tools keep beside a layer, and that those who run the layer ask for by name. */
    private static final Set<String> BESIDE_LAYERS = Set.of(
            "input_scale", "input_zero_point", "input_global_scale", "output_scale", "output_zero_point", "prob_scale",
            "q_scale", "k_scale", "v_scale", "q_zero_point", "k_zero_point", "v_zero_point");

    /** A tower's end, which models that read its hidden states never run; the norm that some layers of BitNet have in front. */
    private static final List<String> TOWER_ENDS = List.of(TowerFamily.PREFIX + "post_layernorm.", TowerFamily.PREFIX + "head.");
    private static final String INPUT_NORM = ".rms_norm.weight";

    private ModelNotes() {}

    /** Sentences: {@link Checkpoint#notes()}, and which tensors no part of the model uses. */
    public static List<String> of(Checkpoint checkpoint) {
        var notes = new ArrayList<>(checkpoint.notes());
        unused(checkpoint).ifPresent(notes::add);
        return List.copyOf(notes);
    }

    private static Optional<String> unused(Checkpoint checkpoint) {
        ModelConfig config;
        try {
            config = ModelConfig.of(checkpoint.config());
        } catch (BitRankException unknown) {
            // Of a model that is not run here nobody knows what it uses.
            return Optional.empty();
        }
        List<String> names = unused(config, checkpoint.weights());
        if (names.isEmpty()) {
            return Optional.empty();
        }
        List<String> stored = names.stream().limit(MOST_NAMES).map(checkpoint::storedName).toList();
        String more = names.size() > MOST_NAMES ? " and %d more".formatted(names.size() - MOST_NAMES) : "";
        return Optional.of("%d tensor%s not used: %s%s".formatted(names.size(), names.size() == 1 ? " is" : "s are", String.join(", ", stored), more));
    }

    /** Tensors that are not the model's, but for those that belong beside it by habit. */
    static List<String> unused(ModelConfig config, WeightSource weights) {
        Set<String> used = ModelTensors.of(config);
        return weights.names().stream().filter(name -> !used.contains(name) && !customary(name, used, weights)).toList();
    }

    private static boolean customary(String name, Set<String> used, WeightSource weights) {
        if (BESIDE_LAYERS.contains(name.substring(name.lastIndexOf('.') + 1))
                || name.endsWith(INPUT_NORM)
                || TOWER_ENDS.stream().anyMatch(name::startsWith)) {
            return true;
        }
        return name.endsWith(BIAS)
                && used.contains(name.substring(0, name.length() - BIAS.length()) + WEIGHT)
                && zero(weights.read(name).toFloats());
    }

    /** AutoGPTQ gives every layer a bias, of zeros where the model has none. */
    private static boolean zero(float[] bias) {
        for (float value : bias) {
            if (value != 0) {
                return false;
            }
        }
        return true;
    }
}
