package org.bitrank.service.comparison;

import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.statistics.Interval;
import org.bitrank.engine.statistics.McNemar;
import org.bitrank.engine.statistics.PairedBootstrap;
import org.bitrank.engine.statistics.PairedDifference;
import org.bitrank.engine.statistics.Recovery;
import org.bitrank.service.result.Score;

/** The statistics of one metric over two rows' items. */
final class PairedMetric {
    private PairedMetric() {}

    static MetricPair of(Score firstScore, Score secondScore, Figure first, Figure second, Clusters clusters) {
        PairedDifference difference = PairedDifference.ofRatios(first.values(), second.values(), first.weights(), clusters);
        Interval bootstrap = PairedBootstrap.ofRatios(first.values(), second.values(), first.weights(), clusters);
        boolean counted = first.plain() && McNemar.fits(first.values()) && McNemar.fits(second.values());
        McNemar mcNemar = counted ? McNemar.of(first.values(), second.values()) : null;
        Recovery recovery = first.plain()
                ? Recovery.of(first.values(), second.values(), firstScore.higherIsBetter(), clusters)
                : null;
        // Flips are no fair coins where documents share a source: the clustered t stands in for McNemar's test there.
        boolean exact = mcNemar != null && clusters.count() == clusters.items();
        return new MetricPair(
                firstScore.task(), firstScore.metric(), firstScore.filter(), firstScore.main(), firstScore.higherIsBetter(),
                first.values().length, firstScore.value(), secondScore.value(), first.unit(), difference.difference(),
                known(difference.standardError()), known(difference.low()), known(difference.high()), known(bootstrap.low()),
                known(bootstrap.high()), mcNemar, exact ? (Double) mcNemar.pValue() : known(difference.pValue()), null,
                known(difference.detectable()), recovery == null ? null : (Double) recovery.percent(),
                recovery == null ? null : known(recovery.low()), recovery == null ? null : known(recovery.high()));
    }

    private static Double known(double value) {
        return Double.isNaN(value) ? null : (Double) value;
    }
}
