/** The formats of compressed-tensors (llm-compressor, vLLM), and its configuration's groups and targets. */
package org.bitrank.engine.checkpoint.compressed;
