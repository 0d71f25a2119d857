package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The small files of a directory in Hugging Face layout. */
public final class ModelFiles {
    static final String CONFIG = "config.json";
    static final String GENERATION_CONFIG = "generation_config.json";
    static final String TOKENIZER = "tokenizer.json";
    static final String TOKENIZER_CONFIG = "tokenizer_config.json";
    static final String CHAT_TEMPLATE = "chat_template.jinja";
    static final String CHAT_TEMPLATE_JSON = "chat_template.json";
    static final String PREPROCESSOR = "preprocessor_config.json";
    static final String PROCESSOR = "processor_config.json";
    static final String VISION_TOWER_CONFIG = "vision_tower_config.json";

    /** What goes along when weights are written in another form. */
    static final List<String> CARRIED = List.of(
            GENERATION_CONFIG, TOKENIZER, TOKENIZER_CONFIG, CHAT_TEMPLATE, CHAT_TEMPLATE_JSON, "special_tokens_map.json", "added_tokens.json",
            "vocab.json", "merges.txt", "tokenizer.model", PREPROCESSOR, PROCESSOR, VISION_TOWER_CONFIG, "LICENSE", "LICENSE.txt", "LICENSE.md");

    /** Formats that run code when opened, or may: never opened, not even to look. */
    private static final Set<String> PICKLES = Set.of("bin", "pt", "pth", "ckpt", "pkl", "pickle");

    private ModelFiles() {}

    static boolean isPickle(Path file) {
        String name = file.getFileName().toString();
        return PICKLES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    static BitRankException pickleRefused(Path file) {
        return BitRankException.badInput(file + " is a pickle file, which can run code when opened, and is refused; save the model as safetensors"
                + " (model.save_pretrained(directory, safe_serialization=True)) and give that");
    }

    public static List<Path> with(Path directory, String extension) {
        try (var files = Files.newDirectoryStream(directory, "*" + extension)) {
            var found = new ArrayList<Path>();
            files.forEach(found::add);
            found.sort(null);
            return found;
        } catch (IOException failure) {
            throw StorageFailure.reading(directory, failure);
        }
    }

    static Optional<Path> file(Path directory, String name) {
        return Optional.of(directory.resolve(name)).filter(Files::isRegularFile);
    }

    static Optional<ObjectNode> json(Path directory, String name) {
        return Json.readObject(directory.resolve(name));
    }

    /** {@code chat_template.jinja}, or the template in the processor's {@code chat_template.json}, or in the tokenizer's configuration. */
    static Optional<String> chatTemplate(Path directory) {
        Path file = directory.resolve(CHAT_TEMPLATE);
        if (Files.isRegularFile(file)) {
            try {
                return Optional.of(Files.readString(file));
            } catch (IOException failure) {
                throw StorageFailure.reading(file, failure);
            }
        }
        return templateIn(directory, CHAT_TEMPLATE_JSON).or(() -> templateIn(directory, TOKENIZER_CONFIG));
    }

    private static Optional<String> templateIn(Path directory, String name) {
        return json(directory, name).map(config -> config.path("chat_template")).flatMap(ModelFiles::defaultTemplate);
    }

    /** A template, or a list of named ones of which {@code default} counts. */
    private static Optional<String> defaultTemplate(JsonNode template) {
        if (template.isString()) {
            return Optional.of(template.asString());
        }
        for (JsonNode named : template) {
            if (named.path("name").asString("").equals("default")) {
                return Optional.of(named.path("template").asString(""));
            }
        }
        return Optional.empty();
    }
}
