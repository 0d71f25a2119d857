/** Weights on disk: one reader and one writer class per format. */
package org.bitrank.engine.checkpoint;
