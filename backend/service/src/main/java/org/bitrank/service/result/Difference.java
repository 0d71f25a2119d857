package org.bitrank.service.result;

/**
 * What a row loses against its base on one axis, worse is larger.
 *
 * @param unit {@code nats/token}, or {@code points} of 100 of accuracy
 * @param low lower end of the 95 % interval, or null where nothing is known of the spread
 */
public record Difference(double loss, Double low, Double high, String unit) {}
