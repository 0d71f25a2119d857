package org.bitrank.engine.quantize;

import java.nio.file.Path;
import org.bitrank.engine.quantize.recipe.Recipe;

/**
 * What quantizing a model came to.
 *
 * @param sha256 of the artifact's weight files
 * @param bytes of all its files
 * @param effectiveBits stored bits per quantized weight: codes, scales, zero points and indices
 * @param seconds wall time, writing included
 * @param peakMemoryBytes the process's peak resident memory since it began; 0 where the system does not tell
 * @param warning what whoever made it should know, in one sentence; null where there is nothing
 */
public record QuantizationReport(
        Path path,
        String sha256,
        long bytes,
        Recipe recipe,
        int layers,
        double effectiveBits,
        double seconds,
        long peakMemoryBytes,
        String warning) {}
