package org.bitrank.engine.evaluate;

import java.util.List;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.RuntimeRounding;

/**
 * Which artifact was measured.
 *
 * @param source where it was read from
 * @param format {@code safetensors}, {@code compressed-tensors}, {@code gguf}
 * @param sha256 of its weight files
 * @param rounding what is rounded while it runs
 * @param notes what its reader had to decide or left undone, for people
 */
public record ModelFacts(String source, String format, String sha256, BitAccount bits, RuntimeRounding rounding, List<String> notes) {}
