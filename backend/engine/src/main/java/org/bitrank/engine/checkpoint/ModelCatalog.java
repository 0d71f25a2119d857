package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bitrank.engine.Progress;
import org.bitrank.engine.hub.HubAddress;
import org.bitrank.engine.hub.HubModels;
import org.bitrank.kernels.BitRankException;

/**
 * Finds the model that a name means: {@code reference/micro-llama}, a directory, a {@code .gguf} file,
 * {@code hf://owner/name[@revision]}, {@code hf://owner/name/file.gguf[@revision]}.
 */
public final class ModelCatalog {
    private static final String REFERENCE = "reference/";

    private ModelCatalog() {}

    /** As {@link #resolve(String, Progress)}, for work that nobody watches. */
    public static Path resolve(String model) {
        return resolve(model, Progress.SILENT);
    }

    /**
     * The directory or file of a model, fetched from the hub where it is there and not here. Throws {@code BitRankException}
     * of class DATA_MISSING when it cannot be had.
     */
    public static Path resolve(String model, Progress progress) {
        return HubAddress.isOne(model) ? HubModels.usual().fetch(HubAddress.model(model), progress) : here(model);
    }

    /** The same without the network; empty for a model of the hub that is not whole on this machine. */
    public static Optional<Path> local(String model) {
        return HubAddress.isOne(model) ? HubModels.usual().cached(HubAddress.model(model)) : Optional.of(here(model));
    }

    private static Path here(String model) {
        Path path = Path.of(model);
        if (Files.exists(path)) {
            return path;
        }
        if (model.startsWith(REFERENCE)) {
            return reference(model);
        }
        throw BitRankException.dataMissing("there is no model '%s': give a catalogue id such as reference/micro-llama, a directory in Hugging Face layout, a .gguf file or hf://owner/name"
                .formatted(model));
    }

    private static Path reference(String model) {
        Path inside = Path.of("datasets", model).normalize();
        Path root = installation().orElseThrow(() -> BitRankException.dataMissing(
                "'%s' belongs to BitRank's own suite, but no datasets/reference was found from %s upwards; start it with the bitrank launcher"
                        .formatted(model, Path.of("").toAbsolutePath())));
        Path found = root.resolve(inside);
        if (!inside.startsWith(Path.of("datasets", "reference")) || !Files.isDirectory(found)) {
            throw BitRankException.dataMissing("there is no model '%s' among those that come with BitRank in datasets/reference: %s"
                    .formatted(model, String.join(", ", embedded(root))));
        }
        return found;
    }

    private static List<String> embedded(Path root) {
        try (Stream<Path> folders = Files.list(root.resolve("datasets/reference"))) {
            return folders.filter(folder -> Files.exists(folder.resolve("config.json"))).map(folder -> REFERENCE + folder.getFileName()).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The folder of BitRank itself: system property {@code bitrank.root}, or upwards from the working directory to one with {@code datasets/tasks}. */
    public static Optional<Path> installation() {
        String told = System.getProperty("bitrank.root");
        if (told != null) {
            return Optional.of(Path.of(told));
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            if (Files.isDirectory(folder.resolve("datasets/tasks"))) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }
}
