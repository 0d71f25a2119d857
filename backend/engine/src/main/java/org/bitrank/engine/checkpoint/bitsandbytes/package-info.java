/** bitsandbytes: four-bit floats with nested maxima, and LLM.int8. */
package org.bitrank.engine.checkpoint.bitsandbytes;
