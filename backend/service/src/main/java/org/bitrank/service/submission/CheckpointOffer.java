package org.bitrank.service.submission;

import java.nio.file.Path;

/**
 * A checkpoint that somebody quantized.
 *
 * @param base the unquantized model to compare with: catalogue id, hub id or directory
 * @param location hub id, directory or GGUF file; null when {@code upload} is given
 * @param upload a received archive (tar, tar.gz, zip) or GGUF file, which is copied; null when {@code location} is given
 * @param fileName what the sender called the upload
 * @param title what the row should be called; may be empty
 */
public record CheckpointOffer(String base, String location, Path upload, String fileName, String title) {}
