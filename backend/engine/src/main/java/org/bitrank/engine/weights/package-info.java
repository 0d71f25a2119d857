/** What a stored weight is: dense numbers, or codes with a grid. Methods make it, readers yield it, writers take it. */
package org.bitrank.engine.weights;
