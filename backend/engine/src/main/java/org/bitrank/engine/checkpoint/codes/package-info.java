/** Packing of codes into bytes and words, and the plain grids that several formats store. */
package org.bitrank.engine.checkpoint.codes;
