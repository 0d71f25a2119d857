/** One class a quantization method, and the walk that takes a model through them. */
package org.bitrank.engine.quantize;
