/** Our own layout, for matrices without a home in a public format: docs/formats.md describes every tensor. */
package org.bitrank.engine.checkpoint.bitrank;
