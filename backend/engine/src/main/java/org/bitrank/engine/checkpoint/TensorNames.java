package org.bitrank.engine.checkpoint;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a checkpoint calls tensors that the engine knows under one name. Vision-language models are published under three
 * namings: of the hub and transformers 4 ({@code language_model.model.layers}), of transformers 5's modules
 * ({@code model.language_model.layers}), and of the original LLaVA code ({@code model.layers}, {@code model.mm_projector.0},
 * {@code model.vision_tower.vision_tower.vision_model}). Which it is, the names themselves tell, part by part.
 */
final class TensorNames {
    static final TensorNames SAME = new TensorNames(List.of());

    private static final String LANGUAGE = "model.";
    private static final String HEAD = "lm_head.";
    private static final String TOWER = "vision_tower.vision_model.";

    /** Names that begin with {@code stored} in the files and with {@code known} here. */
    private record Prefix(String known, String stored) {}

    /** Parts of a vision-language model, and what each may begin with; the first that is there counts. */
    private record Part(String known, List<String> stored) {}

    private static final List<Part> PARTS = List.of(
            new Part(TOWER, List.of("model.vision_tower.vision_tower.vision_model.", "model.vision_tower.vision_model.", TOWER,
                    "model.vision_tower.", "vision_tower.")),
            new Part("multi_modal_projector.linear_1.", List.of("model.multi_modal_projector.linear_1.", "model.mm_projector.0.")),
            new Part("multi_modal_projector.linear_2.", List.of("model.multi_modal_projector.linear_2.", "model.mm_projector.2.")),
            new Part("image_newline", List.of("model.image_newline")));

    private final List<Prefix> prefixes;

    private TensorNames(List<Prefix> prefixes) {
        this.prefixes = prefixes;
    }

    static TensorNames of(ObjectNode config, Set<String> names) {
        String modelType = config.path("model_type").asString("");
        if (modelType.equals("clip_vision_model") || modelType.equals("siglip_vision_model")) {
            return new TensorNames(List.of(new Prefix(TOWER, any(names, "vision_model.") ? "vision_model." : "")));
        }
        if (!config.has("mm_vision_tower") && !modelType.equals("llava") && !modelType.equals("llava_next")) {
            return SAME;
        }
        var prefixes = new ArrayList<Prefix>();
        String language = language(names);
        prefixes.add(new Prefix(LANGUAGE, language));
        // A tied head has no tensor yet, but may get one.
        prefixes.add(new Prefix(HEAD, any(names, "language_model.") && !any(names, HEAD) ? "language_model.lm_head." : HEAD));
        for (Part part : PARTS) {
            String stored = part.stored().stream().filter(prefix -> any(names, prefix)).findFirst().orElse(part.known());
            prefixes.add(new Prefix(part.known(), stored));
        }
        // One layer has no number, and a name that those of two layers begin with.
        if (config.path("mm_projector_type").asString("linear").equals("linear") && any(names, "model.mm_projector.")) {
            prefixes.add(new Prefix("multi_modal_projector.linear.", "model.mm_projector."));
        }
        return new TensorNames(prefixes);
    }

    private static String language(Set<String> names) {
        for (String prefix : List.of("model.language_model.", "language_model.model.", "language_model.")) {
            if (any(names, prefix + "layers.") || any(names, prefix + "embed_tokens.")) {
                return prefix;
            }
        }
        return LANGUAGE;
    }

    private static boolean any(Set<String> names, String prefix) {
        return names.stream().anyMatch(name -> name.startsWith(prefix));
    }

    boolean same() {
        return prefixes.stream().allMatch(prefix -> prefix.known().equals(prefix.stored()));
    }

    /** The name of a tensor of the files here. */
    String known(String stored) {
        return prefixes.stream().filter(prefix -> stored.startsWith(prefix.stored()))
                .max(Comparator.comparingInt(prefix -> prefix.stored().length()))
                .map(prefix -> prefix.known() + stored.substring(prefix.stored().length()))
                .orElse(stored);
    }

    /**
     * A regular expression for what tools call a linear layer of a vision-language model in transformers' layout: its releases
     * put {@code model.} in front or leave it out, and {@code vision_model.} too. The original code's layout is read by none of them.
     */
    Optional<String> modulePattern(String known) {
        if (prefixes.isEmpty() || stored(LANGUAGE + "norm").equals(LANGUAGE + "norm")) {
            return Optional.empty();
        }
        if (known.startsWith(TOWER)) {
            return Optional.of(".*vision_tower\\.(vision_model\\.)?" + escaped(known.substring(TOWER.length())));
        }
        if (known.startsWith("multi_modal_projector.")) {
            return Optional.of(".*" + escaped(known));
        }
        return known.startsWith(LANGUAGE)
                ? Optional.of(".*language_model\\.(model\\.)?" + escaped(known.substring(LANGUAGE.length())))
                : Optional.empty();
    }

    private static String escaped(String name) {
        return name.replace(".", "\\.") + "$";
    }

    /** What the files call, or would call, a tensor or a linear layer. */
    String stored(String known) {
        // A layer is called by its name without the dot that a tensor's goes on with.
        String whole = known + ".";
        return prefixes.stream().filter(prefix -> whole.startsWith(prefix.known()))
                .max(Comparator.comparingInt(prefix -> prefix.known().length()))
                .map(prefix -> prefix.stored() + whole.substring(prefix.known().length()))
                .map(stored -> stored.substring(0, stored.length() - 1))
                .orElse(known);
    }
}
