/** Recipes, and one class per quantization method. */
package org.bitrank.engine.quantize;
