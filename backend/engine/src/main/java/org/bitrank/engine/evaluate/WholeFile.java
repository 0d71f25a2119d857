package org.bitrank.engine.evaluate;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.bitrank.engine.checkpoint.StorageFailure;

/** A text file that appears under its name only when whole. */
final class WholeFile {
    interface Content {
        void writeTo(BufferedWriter writer) throws IOException;
    }

    private WholeFile() {}

    static void write(Path target, Content content) {
        Path absolute = target.toAbsolutePath();
        Path partial = absolute.resolveSibling("." + absolute.getFileName() + ".partial");
        try {
            Files.createDirectories(absolute.getParent());
            try (BufferedWriter writer = Files.newBufferedWriter(partial)) {
                content.writeTo(writer);
            }
            Files.move(partial, absolute, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw StorageFailure.writing(target, failure);
        } finally {
            try {
                Files.deleteIfExists(partial);
            } catch (IOException leftBehind) {
                // Hidden and harmless; the failure that led here is the one to tell.
            }
        }
    }
}
