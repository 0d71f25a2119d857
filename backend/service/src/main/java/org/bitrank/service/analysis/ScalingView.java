package org.bitrank.service.analysis;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import org.bitrank.engine.statistics.Interval;
import org.bitrank.engine.statistics.PowerLaw;
import org.bitrank.service.result.BitsLevel;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;

/**
 * A score against size, family by family: unquantized models, each way of quantizing after training, and models trained with
 * ternary or binary weights. Rows of one family come from one publication's table, or were measured over one suite.
 *
 * @param score {@code task.metric}
 * @param unit {@code nats/token} for perplexities, whose logarithm is shown, else {@code value}
 */
public record ScalingView(String score, String unit, Size size, List<Family> families) {
    /** What stands on the horizontal axis. */
    public enum Size {
        /** All bits of the artifact's weights. */
        TOTAL_BITS,
        PARAMETERS
    }

    /** @param row its id */
    public record Point(long row, String model, String label, double size, double value, Double stderr) {}

    /** Of the fitted curve. */
    public record CurvePoint(double size, double value, Double low, Double high) {}

    /**
     * @param name {@code float}, {@code ternary}, {@code binary}, {@code gptq 4-bit}
     * @param source the publication's table or the suite
     * @param points by size
     * @param fit null with fewer than three sizes
     * @param curve over the points' range, for a plot; empty without a fit
     * @param reason why there is no fit, in words, or null
     */
    public record Family(String name, String source, List<Point> points, PowerLaw fit, List<CurvePoint> curve, String reason) {}

    private static final int CURVE_POINTS = 48;

    private record Key(String source, String name) {}

    /**
     * @param rows of any kind; those without the score or the size are left out
     * @param sizes size of a row, or NaN where it is not known
     */
    static ScalingView of(List<ResultRow> rows, String score, Size size, java.util.function.ToDoubleFunction<ResultRow> sizes) {
        var points = new LinkedHashMap<Key, List<Point>>();
        String unit = "value";
        for (ResultRow row : rows) {
            Score found = row.score(score);
            double at = sizes.applyAsDouble(row);
            if (found == null || found.value() == null || !(at > 0) || !Double.isFinite(found.value())) {
                continue;
            }
            unit = found.perplexity() ? "nats/token" : "value";
            double value = found.perplexity() ? Math.log(found.value()) : found.value();
            Double error = found.stderr() == null ? null : found.perplexity() ? (Double) (found.stderr() / found.value()) : found.stderr();
            points.computeIfAbsent(new Key(source(row), name(row)), key -> new ArrayList<>())
                    .add(new Point(row.id(), row.model(), row.label(), at, value, error));
        }
        var families = new ArrayList<Family>();
        points.forEach((key, own) -> families.add(family(key, own)));
        return new ScalingView(score, unit, size, List.copyOf(families));
    }

    private static String source(ResultRow row) {
        return row.provenance() == Provenance.PUBLISHED ? row.protocolLine() : row.suite();
    }

    private static String name(ResultRow row) {
        if (row.unquantized()) {
            return "float";
        }
        if (row.bits() != null && (BitsLevel.ternary(row.bits()) || row.bits() <= 1)) {
            return row.bits() > 1 ? "ternary" : "binary";
        }
        return row.method() + (row.bits() == null ? "" : " " + RowFactor.BITS.level(row) + "-bit");
    }

    private static Family family(Key key, List<Point> points) {
        points.sort(Comparator.comparingDouble(Point::size).thenComparingLong(Point::row));
        double[] sizes = points.stream().mapToDouble(Point::size).toArray();
        PowerLaw fit = PowerLaw.fit(sizes, points.stream().mapToDouble(Point::value).toArray());
        String reason = fit == null ? "A curve with a limit needs at least three sizes." : null;
        return new Family(key.name, key.source, List.copyOf(points), fit, fit == null ? List.of() : curve(fit, sizes), reason);
    }

    private static List<CurvePoint> curve(PowerLaw fit, double[] sizes) {
        var curve = new ArrayList<CurvePoint>();
        double first = Math.log(sizes[0]);
        double last = Math.log(sizes[sizes.length - 1]);
        for (int i = 0; i < CURVE_POINTS; i++) {
            double size = Math.exp(first + (last - first) * i / (CURVE_POINTS - 1));
            Interval band = fit.band(sizes, size);
            boolean known = !Double.isNaN(band.low());
            curve.add(new CurvePoint(size, fit.value(size), known ? band.low() : null, known ? band.high() : null));
        }
        return List.copyOf(curve);
    }
}
