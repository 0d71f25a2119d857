/**
 * Weights on disk: what a checkpoint is, how one is opened, written and converted, and the list of formats. A package beneath
 * for each format.
 */
package org.bitrank.engine.checkpoint;
