package org.bitrank.service.artifact;

import java.nio.file.Path;
import java.util.Optional;

/** The content-addressed store. Artifacts never change; the same content is stored once. */
public interface Artifacts {
    Optional<Artifact> find(String sha256);

    /**
     * Packs a directory (a checkpoint) as one tar archive and stores it. The archive depends on the files' names and
     * contents only. Fails with class INFRASTRUCTURE, leaving nothing behind, when the disk is full.
     *
     * @param name what people see: the archive's file name and top folder
     */
    Artifact store(Path directory, String name);
}
