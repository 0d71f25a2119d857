package org.bitrank.engine.tasks;

import java.nio.file.Path;

/** A file that data were read from. */
public record DataFile(Path path, String sha256) {}
