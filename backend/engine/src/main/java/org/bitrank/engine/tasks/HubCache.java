package org.bitrank.engine.tasks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Data sets that the Hugging Face tools have downloaded: {@code datasets--owner--name/snapshots/<revision>/…}. */
record HubCache(Path root) {
    static HubCache usual() {
        for (String name : List.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")) {
            String told = System.getenv(name);
            if (told != null && !told.isBlank()) {
                return new HubCache(Path.of(told));
            }
        }
        String home = System.getenv("HF_HOME");
        Path base = home != null && !home.isBlank() ? Path.of(home) : Path.of(System.getProperty("user.home"), ".cache", "huggingface");
        return new HubCache(base.resolve("hub"));
    }

    /** The split's files in the order of their names, from the revision that {@code main} points to; empty where there are none. */
    List<Path> find(String dataset, String config, String split) {
        if (!dataset.matches("[\\w.-]+(/[\\w.-]+)?")) {
            return List.of();
        }
        Path folder = root.resolve("datasets--" + dataset.replace("/", "--"));
        Optional<Path> snapshot = snapshot(folder);
        if (snapshot.isEmpty()) {
            return List.of();
        }
        try (Stream<Path> walk = Files.walk(snapshot.get(), 4)) {
            return walk.filter(Files::isRegularFile)
                    .filter(file -> isOf(snapshot.get().relativize(file), config, split))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Optional<Path> snapshot(Path folder) {
        Path main = folder.resolve("refs").resolve("main");
        try {
            if (Files.isRegularFile(main)) {
                Path snapshot = folder.resolve("snapshots").resolve(Files.readString(main).strip());
                return Files.isDirectory(snapshot) ? Optional.of(snapshot) : Optional.empty();
            }
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code <config>/<split>-00000-of-00001.parquet} and what else the hub's repositories use. */
    private static boolean isOf(Path file, String config, String split) {
        String name = file.getFileName().toString();
        if (!name.matches("(?:.*[-_])?\\Q" + split + "\\E(?:-\\d{5}-of-\\d{5})?\\.(?:parquet|jsonl|json|csv)")) {
            return false;
        }
        Path folder = file.getParent();
        String place = folder == null ? "" : folder.getFileName().toString();
        boolean neutral = place.isEmpty() || place.equals("data") || place.equals("default");
        return config == null ? neutral || place.equals("plain_text") : place.equals(config) || (neutral && config.equals("default"));
    }
}
