package org.bitrank.web.chart;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import org.bitrank.web.words.Figures;

/**
 * Draws differences as a dot and a whisker on one axis that all rows of a table share. Near zero the axis is linear,
 * further out logarithmic (inverse hyperbolic sine), so that 0.003 and 3 are both readable; zero is dotted.
 */
public final class Whiskers {
    private static final double WIDTH = 116;
    private static final double HEIGHT = 18;
    private static final double MARGIN = 8;

    private final double unit;
    private final double left;
    private final double right;
    private final String subject;
    private final String measure;

    private Whiskers(double unit, double lowest, double highest, String subject, String measure) {
        this.unit = unit;
        this.left = scaled(lowest);
        this.right = Math.max(scaled(highest), left + 1e-9);
        this.subject = subject;
        this.measure = measure;
    }

    /** @param measure the unit in words: {@code "nats a token"} */
    public static Whiskers over(Collection<Difference> differences, String measure) {
        return over(differences, "difference to base", measure);
    }

    /** @param subject what is drawn: {@code "difference to base"} */
    public static Whiskers over(Collection<Difference> differences, String subject, String measure) {
        List<Difference> shown = differences.stream().filter(Objects::nonNull).toList();
        double lowest = 0;
        double highest = 0;
        for (Difference difference : shown) {
            lowest = Math.min(lowest, difference.lowest());
            highest = Math.max(highest, difference.highest());
        }
        double span = Math.max(highest, -lowest);
        return new Whiskers(span == 0 ? 1 : span / 60, lowest, highest, subject, measure);
    }

    public String draw(Difference difference) {
        double middle = HEIGHT / 2;
        Svg svg = Svg.open(WIDTH, HEIGHT, "whisker " + difference.verdict().cssClass(), label(difference));
        svg.line(x(0), 2, x(0), HEIGHT - 2, "zero");
        if (difference.spread()) {
            svg.line(x(difference.low()), middle, x(difference.high()), middle, "interval");
        }
        return svg.circle(x(difference.value()), middle, 3.4, "value").close();
    }

    private String label(Difference difference) {
        String interval = difference.spread()
                ? ", 95 % interval " + Figures.signed(difference.low(), 3) + " to " + Figures.signed(difference.high(), 3)
                : "";
        return subject + " " + Figures.signed(difference.value(), 3) + " " + measure + interval + ": " + difference.verdict().words();
    }

    double x(double difference) {
        return MARGIN + (scaled(difference) - left) / (right - left) * (WIDTH - 2 * MARGIN);
    }

    private double scaled(double difference) {
        double ratio = difference / unit;
        return Math.signum(ratio) * Math.log(Math.abs(ratio) + Math.sqrt(ratio * ratio + 1));
    }
}
