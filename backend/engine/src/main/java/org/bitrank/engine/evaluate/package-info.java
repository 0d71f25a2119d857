/** Requests to log-likelihoods and text with the fewest forward tokens; resumable runs and their reports. */
package org.bitrank.engine.evaluate;
