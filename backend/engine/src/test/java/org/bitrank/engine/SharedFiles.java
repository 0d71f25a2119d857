package org.bitrank.engine;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Fixtures that lie beside the repository, not in it. Tests that need them are skipped, with a word, where they are absent. */
public final class SharedFiles {
    private SharedFiles() {}

    /** A file or folder under {@code ../shared} (or {@code BITRANK_SHARED}); skips the calling test where it is absent. */
    public static Path path(String relative) {
        Path root = root();
        assumeTrue(root != null, "skipped: no folder ../shared beside the repository (or set BITRANK_SHARED)");
        Path path = root.resolve(relative);
        assumeTrue(Files.exists(path), "skipped: " + path + " is absent");
        return path;
    }

    private static Path root() {
        String configured = System.getenv("BITRANK_SHARED");
        if (configured != null) {
            return Path.of(configured);
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path shared = folder.resolve("shared");
            if (Files.isRegularFile(shared.resolve("README.md")) && Files.isDirectory(shared.resolve("golden"))) {
                return shared;
            }
        }
        return null;
    }
}
