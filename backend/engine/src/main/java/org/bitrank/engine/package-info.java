/** Checkpoint to model to quantized artifact to measured numbers; no Spring, no database. */
package org.bitrank.engine;
