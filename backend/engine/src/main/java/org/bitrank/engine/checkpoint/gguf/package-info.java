/** GGUF files: names, metadata, reading and writing. The types of their blocks are in {@link org.bitrank.engine.gguf}. */
package org.bitrank.engine.checkpoint.gguf;
