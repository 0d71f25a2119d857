/** Ternary matrices: how they are recognised, BitNet, and our packings of 1.6 and 2 bits. */
package org.bitrank.engine.checkpoint.ternary;
