package org.bitrank.engine.evaluate;

/**
 * A metric against the unquantized base on the same items.
 *
 * @param difference value − base; for perplexities the difference of mean negative log-likelihoods, in nats a token
 * @param low lower end of the 95 % interval of the difference, or null where a single item tells nothing
 * @param high upper end, or null
 * @param recovery value as a percentage of the base, or null where that means nothing
 */
public record MetricComparison(
        String metric, String filter, double base, double value, double difference, Double low, Double high, Double recovery) {}
