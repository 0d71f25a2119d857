package org.bitrank.engine.quantize;

import org.bitrank.engine.checkpoint.WeightSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * A model whose tensors are about to be quantized: the base's own, or what a method has made of them.
 *
 * @param weights tensors under the base's names, computed as they are read
 * @param config {@code config.json}
 */
public record ModelRewrite(WeightSource weights, ObjectNode config) {}
