package org.bitrank.service.submission;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.kernels.BitRankException;

/** Where in an unpacked archive the model lies: at its top, or in the only folder there. */
final class ModelFolder {
    private ModelFolder() {}

    /** Refuses models that lie elsewhere, saying where. @param name of the archive, for messages */
    static Path in(Path unpacked, String name) throws IOException {
        Path top = onlyFolder(unpacked);
        if (holdsModel(top)) {
            return top;
        }
        List<Path> models;
        try (Stream<Path> all = Files.walk(unpacked)) {
            models = all.filter(Files::isDirectory).filter(ModelFolder::holdsModel).sorted().toList();
        }
        if (models.isEmpty()) {
            // Whoever reads the checkpoint says what is missing.
            return top;
        }
        List<String> where = models.stream().map(model -> unpacked.relativize(model).toString().replace('\\', '/')).toList();
        throw BitRankException.badInput(where.size() == 1
                ? "'%s' holds its model in %s; pack the files of that folder, or the folder itself, alone".formatted(name, where.getFirst())
                : "'%s' holds %d models (%s); send an archive for each".formatted(name, where.size(), String.join(", ", where)));
    }

    private static Path onlyFolder(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            List<Path> found = children.toList();
            return found.size() == 1 && Files.isDirectory(found.getFirst()) ? found.getFirst() : directory;
        }
    }

    private static boolean holdsModel(Path directory) {
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(Files::isRegularFile).map(child -> child.getFileName().toString())
                    .anyMatch(file -> file.equals("config.json") || file.endsWith(".safetensors") || file.endsWith(".gguf"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
