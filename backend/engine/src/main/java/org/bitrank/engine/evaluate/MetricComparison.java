package org.bitrank.engine.evaluate;

import org.bitrank.engine.statistics.McNemar;

/**
 * A metric against the unquantized base on the same items. Whatever a single item cannot tell is null.
 *
 * @param difference value − base; for perplexities the difference of mean negative log-likelihoods, in nats a token
 * @param low lower end of the 95 % interval of the difference
 * @param high upper end
 * @param pValue of no difference: McNemar's exact test where items are right or wrong and stand by themselves, else the paired t
 * @param detectable the true difference that this comparison would have found four times in five
 * @param recovery value as a percentage of the base, or null where that means nothing
 * @param recoveryLow lower end of its 95 % interval
 * @param recoveryHigh upper end
 * @param mcNemar items that were lost and gained; null where items are not simply right or wrong
 */
public record MetricComparison(
        String metric,
        String filter,
        double base,
        double value,
        double difference,
        Double low,
        Double high,
        Double pValue,
        Double detectable,
        Double recovery,
        Double recoveryLow,
        Double recoveryHigh,
        McNemar mcNemar) {}
