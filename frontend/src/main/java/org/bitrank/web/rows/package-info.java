/** One row: its verdict in a sentence, then the evidence, what reproduces it and what can be downloaded. */
package org.bitrank.web.rows;
