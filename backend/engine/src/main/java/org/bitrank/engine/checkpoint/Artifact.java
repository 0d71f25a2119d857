package org.bitrank.engine.checkpoint;

import java.nio.file.Path;
import java.util.SortedMap;

/**
 * A model that was written.
 *
 * @param sha256 as {@link Checkpoint#sha256()} of it tells
 * @param bytes of all files together
 * @param files SHA-256 of each file by its name
 */
public record Artifact(Path path, String sha256, long bytes, SortedMap<String, String> files) {}
