/** GGUF's blocks: what a run of weights in a few bytes means, and llama.cpp's ways to choose those bytes. Knows nothing of files. */
package org.bitrank.engine.gguf;
