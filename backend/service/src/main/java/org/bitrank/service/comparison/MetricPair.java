package org.bitrank.service.comparison;

import org.bitrank.engine.statistics.McNemar;

/**
 * One metric of one task on the same items of two rows. Whatever a single item cannot tell is null.
 *
 * @param main whether it is the task's headline metric
 * @param items how many both rows answered (windows, of a text)
 * @param first the first row's value
 * @param second the second row's value
 * @param unit of the difference: {@code share} (1 is all), {@code nats/token}, {@code nats/item}, {@code nats/word},
 *     {@code nats/byte}, {@code bits/byte}, {@code value}
 * @param difference second − first; of perplexities the difference of mean negative log-likelihoods, so that positive is worse
 * @param standardError of the difference
 * @param low lower end of its 95 % interval (Student's t)
 * @param high upper end
 * @param bootstrapLow lower end of the interval by paired bootstrap
 * @param bootstrapHigh upper end
 * @param mcNemar right and wrong answers of both; null where items are not simply right or wrong
 * @param pValue of no difference: McNemar's exact test where it fits, else the paired t
 * @param adjusted the same with all headline tests of the view counted in (Holm); null for other metrics
 * @param detectable the true difference that this comparison would have found four times in five
 * @param recovery second as a percentage of first, or null where that means nothing
 * @param recoveryLow lower end of its 95 % interval
 * @param recoveryHigh upper end
 */
public record MetricPair(
        String task,
        String metric,
        String filter,
        boolean main,
        boolean higherIsBetter,
        int items,
        Double first,
        Double second,
        String unit,
        double difference,
        Double standardError,
        Double low,
        Double high,
        Double bootstrapLow,
        Double bootstrapHigh,
        McNemar mcNemar,
        Double pValue,
        Double adjusted,
        Double detectable,
        Double recovery,
        Double recoveryLow,
        Double recoveryHigh) {
    private static final double LEVEL = 0.05;

    /** Whether the rows differ by more than chance; by the adjusted p-value where there is one. */
    public boolean significant() {
        Double decisive = adjusted == null ? pValue : adjusted;
        return decisive != null && decisive < LEVEL;
    }

    /** Whether the second row's value is the better one, significantly or not. */
    public boolean better() {
        return difference != 0 && difference > 0 == higherIsBetter;
    }

    MetricPair withAdjusted(Double corrected) {
        return new MetricPair(
                task, metric, filter, main, higherIsBetter, items, first, second, unit, difference, standardError, low, high,
                bootstrapLow, bootstrapHigh, mcNemar, pValue, corrected, detectable, recovery, recoveryLow, recoveryHigh);
    }
}
