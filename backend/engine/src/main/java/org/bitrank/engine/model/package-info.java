/**
 * Architectures as data on a few blocks: {@link org.bitrank.engine.model.ModelConfig} says what a model is,
 * {@link org.bitrank.engine.model.DecoderBlock} and {@link org.bitrank.engine.model.CausalLM} run it.
 */
package org.bitrank.engine.model;
