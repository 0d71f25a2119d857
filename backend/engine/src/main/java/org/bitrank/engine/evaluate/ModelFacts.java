package org.bitrank.engine.evaluate;

import org.bitrank.engine.measure.BitAccount;

/**
 * Which artifact was measured.
 *
 * @param source where it was read from
 * @param format {@code safetensors}, {@code compressed-tensors}, {@code gguf}
 * @param sha256 of its weight files
 */
public record ModelFacts(String source, String format, String sha256, BitAccount bits) {}
