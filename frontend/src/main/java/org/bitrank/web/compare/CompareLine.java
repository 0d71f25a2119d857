package org.bitrank.web.compare;

import java.util.List;
import java.util.Objects;
import org.bitrank.service.comparison.MetricPair;
import org.bitrank.service.comparison.RowsComparison.RowPair;
import org.bitrank.service.item.Show;
import org.bitrank.web.chart.Difference;
import org.bitrank.web.chart.Whiskers;
import org.bitrank.web.items.ItemAddress;
import org.bitrank.web.words.Figures;
import org.bitrank.web.words.PValue;

/**
 * One metric of two rows as a line of text and drawings. Shares are shown as percent, their differences as points.
 *
 * @param adjusted p-value with all tests of the page counted in
 * @param flips items that flipped, or null where items are not right or wrong
 * @param detectable the true difference that would have been found four times in five
 */
record CompareLine(
        String task, String metric, boolean main, String items, String first, String second, String whisker, String difference, String spread, String unit,
        String p, String adjusted, String said, Flips flips, String detectable, String bootstrap, String recovery) {
    /** @param address the items themselves */
    record Flips(int lost, int gained, String address) {}

    static List<CompareLine> of(RowPair pair, String subject) {
        Whiskers points = whiskers(pair, true, subject);
        Whiskers others = whiskers(pair, false, subject);
        return pair.metrics().stream().map(metric -> line(pair, metric, share(metric) ? points : others)).toList();
    }

    private static Whiskers whiskers(RowPair pair, boolean shares, String subject) {
        return Whiskers.over(pair.metrics().stream().filter(metric -> share(metric) == shares).map(CompareLine::drawn).filter(Objects::nonNull).toList(),
                subject, shares ? "points" : "nats a token");
    }

    private static CompareLine line(RowPair pair, MetricPair metric, Whiskers whiskers) {
        int decimals = share(metric) ? 1 : 3;
        Difference drawn = drawn(metric);
        return new CompareLine(
                metric.task(),
                metric.metric().replace('_', ' ') + (share(metric) ? ", %" : ""),
                metric.main(),
                Figures.grouped(metric.items()),
                value(metric, metric.first()),
                value(metric, metric.second()),
                whiskers.draw(drawn),
                Figures.signed(drawn.value(), decimals),
                drawn.spread() ? "±" + Figures.fixed(drawn.halfWidth(), decimals) : "",
                unit(metric),
                PValue.of(metric.pValue()),
                PValue.of(metric.adjusted()),
                said(metric),
                flips(pair, metric),
                metric.detectable() == null || metric.detectable() == 0 ? Figures.ABSENT : Figures.fixed(scale(metric) * metric.detectable(), decimals) + " " + unit(metric),
                metric.bootstrapLow() == null ? Figures.ABSENT
                        : Figures.signed(scale(metric) * metric.bootstrapLow(), decimals) + " to " + Figures.signed(scale(metric) * metric.bootstrapHigh(), decimals),
                recovery(metric));
    }

    private static String said(MetricPair metric) {
        return !metric.significant() ? "not told apart" : metric.better() ? "better" : "worse";
    }

    private static Flips flips(RowPair pair, MetricPair metric) {
        if (metric.mcNemar() == null) {
            return null;
        }
        boolean any = metric.mcNemar().lost() + metric.mcNemar().gained() > 0;
        String address = ItemAddress.of(pair.second(), metric.task(), pair.first(), any ? Show.FLIPPED : Show.ALL);
        return new Flips(metric.mcNemar().lost(), metric.mcNemar().gained(), metric.main() ? address : null);
    }

    private static String recovery(MetricPair metric) {
        if (metric.recovery() == null) {
            return Figures.ABSENT;
        }
        String value = Figures.fixed(metric.recovery(), 1);
        return metric.recoveryLow() == null ? value : value + " (" + Figures.fixed(metric.recoveryLow(), 1) + " to " + Figures.fixed(metric.recoveryHigh(), 1) + ")";
    }

    private static String value(MetricPair metric, Double value) {
        return share(metric) ? Figures.percent(value, 1) : Figures.significant(value, 4);
    }

    static Difference drawn(MetricPair metric) {
        // A perplexity's difference is one of negative log-likelihoods: positive is worse.
        boolean lossIsPositive = !metric.higherIsBetter();
        return new Difference(
                scale(metric) * metric.difference(),
                metric.low() == null ? null : Double.valueOf(scale(metric) * metric.low()),
                metric.high() == null ? null : Double.valueOf(scale(metric) * metric.high()),
                lossIsPositive);
    }

    private static double scale(MetricPair metric) {
        return share(metric) ? 100 : 1;
    }

    private static boolean share(MetricPair metric) {
        return metric.unit().equals("share");
    }

    static String unit(MetricPair metric) {
        return switch (metric.unit()) {
            case "share" -> "points";
            case "value" -> "";
            default -> metric.unit().replace("/", " a ");
        };
    }
}
