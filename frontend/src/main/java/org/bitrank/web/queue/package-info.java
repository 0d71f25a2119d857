/** The queue: what runs and how far, what waits and why, what failed and whose turn it is. */
package org.bitrank.web.queue;
