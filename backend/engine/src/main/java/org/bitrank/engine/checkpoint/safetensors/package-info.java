/** Safetensors files, and the seam of formats whose matrices lie in them: a layout reads and writes one matrix, a format names it. */
package org.bitrank.engine.checkpoint.safetensors;
