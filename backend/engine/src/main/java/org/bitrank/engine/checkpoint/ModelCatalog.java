package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bitrank.kernels.BitRankException;

/** Finds the model that a name means: {@code reference/micro-llama}, a directory, a {@code .gguf} file, {@code hf://owner/name[@revision]}. */
public final class ModelCatalog {
    private static final String REFERENCE = "reference/";
    private static final Pattern HUB = Pattern.compile("hf://([A-Za-z0-9][\\w.-]*)/([A-Za-z0-9][\\w.-]*)(?:@([\\w.-]+(?:/[\\w.-]+)*))?");

    private ModelCatalog() {}

    /** The directory or file of a model; throws {@code BitRankException} of class DATA_MISSING when it is not on this machine. */
    public static Path resolve(String model) {
        if (model.startsWith("hf://")) {
            return hub(model);
        }
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
            throw BitRankException.dataMissing("there is no model '%s' in %s".formatted(model, root.resolve("datasets/tasks")));
        }
        return found;
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

    private static Path hub(String model) {
        Matcher parts = HUB.matcher(model);
        if (!parts.matches()) {
            throw BitRankException.badInput("'%s' is no hub address; write hf://owner/name or hf://owner/name@revision".formatted(model));
        }
        String revision = parts.group(3) == null ? "main" : parts.group(3);
        String name = parts.group(1) + "/" + parts.group(2);
        Path repository = hubCache().resolve("models--" + parts.group(1) + "--" + parts.group(2));
        Path snapshots = repository.resolve("snapshots");
        Path reference = repository.resolve("refs").resolve(revision).normalize();
        try {
            String commit = reference.startsWith(repository) && Files.isRegularFile(reference) ? Files.readString(reference).strip() : revision;
            Path snapshot = snapshots.resolve(commit).normalize();
            if (snapshot.getParent().equals(snapshots.normalize()) && Files.isDirectory(snapshot)) {
                return snapshot;
            }
        } catch (IOException failure) {
            throw BitRankException.dataMissing("cannot read " + reference);
        }
        throw BitRankException.dataMissing("%s (revision %s) is not in the hub cache %s; fetch it with: hf download %s --revision %s"
                .formatted(name, revision, hubCache(), name, revision));
    }

    /** As huggingface_hub: {@code HF_HUB_CACHE}, {@code HF_HOME/hub}, {@code ~/.cache/huggingface/hub}. */
    static Path hubCache() {
        String cache = System.getenv("HF_HUB_CACHE");
        if (cache != null && !cache.isEmpty()) {
            return Path.of(cache);
        }
        String home = System.getenv("HF_HOME");
        return home != null && !home.isEmpty()
                ? Path.of(home, "hub")
                : Path.of(System.getProperty("user.home"), ".cache", "huggingface", "hub");
    }
}
