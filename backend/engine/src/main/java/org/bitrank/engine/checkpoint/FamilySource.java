package org.bitrank.engine.checkpoint;

import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** Brings the habits of single families to what {@link WeightSource} promises. */
final class FamilySource {
    /** Tables that early versions of transformers stored though they can be computed: masks, rotary frequencies, counted places. */
    private static final List<String> COMPUTED = List.of(
            ".attn.bias", ".attn.masked_bias", ".attention.bias", ".attention.masked_bias", ".rotary_emb.inv_freq", ".embeddings.position_ids");

    private FamilySource() {}

    /** @param names of the files' tensors */
    static WeightSource of(ObjectNode config, TensorNames names, WeightSource stored) {
        WeightSource source = names.same() ? named(prefix(config), stored) : renamed(names, stored);
        if (ExpertsSource.neededFor(source)) {
            source = new ExpertsSource(source);
        }
        Conv1d conv1d = Conv1d.of(config);
        return conv1d.any() ? new Conv1dSource(source, conv1d) : source;
    }

    /**
     * What the names of all tensors but the head's begin with, null for unknown families; checkpoints of a model without its
     * head leave it out.
     */
    private static String prefix(ObjectNode config) {
        return switch (config.path("model_type").asString("")) {
            case "gpt2", "bloom" -> "transformer.";
            case "gpt_neox" -> "gpt_neox.";
            case "llama", "mistral", "mixtral", "qwen2", "qwen3", "phi3", "opt" -> "model.";
            default -> null;
        };
    }

    private static WeightSource named(String prefix, WeightSource stored) {
        boolean whole = prefix == null || stored.names().stream().anyMatch(name -> name.startsWith(prefix));
        boolean plain = stored.names().stream().noneMatch(FamilySource::computed);
        if (whole && plain) {
            return stored;
        }
        var names = new TreeMap<String, String>();
        for (String name : stored.names()) {
            if (!computed(name)) {
                boolean head = name.startsWith("lm_head.") || name.startsWith("embed_out.");
                names.put(whole || head ? name : prefix + name, name);
            }
        }
        return new NamedSource(stored, names);
    }

    private static WeightSource renamed(TensorNames names, WeightSource stored) {
        var known = new TreeMap<String, String>();
        for (String name : stored.names()) {
            if (!computed(name)) {
                known.put(names.known(name), name);
            }
        }
        return new NamedSource(stored, known);
    }

    private static boolean computed(String name) {
        return COMPUTED.stream().anyMatch(name::endsWith);
    }
}
