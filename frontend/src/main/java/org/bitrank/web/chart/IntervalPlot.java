package org.bitrank.web.chart;

import java.util.List;
import org.bitrank.web.words.Figures;

/** Values with their intervals, one a line, on one axis that is printed below: means of levels, differences between them. */
public final class IntervalPlot {
    /**
     * @param low lower end of the interval; infinite or NaN where nothing bounds it
     * @param cssClass what the interval allows to be said: {@code in}, {@code out}, {@code gain}, or {@code plain}
     */
    public record Line(String label, double value, double low, double high, String cssClass) {}

    private static final double ROW = 25;
    private static final double TOP = 8;
    private static final double FOOT = 40;
    private static final double LETTER = 6.9;

    private final List<Line> lines;
    private final double width;
    private final double left;
    private final double right;
    private double lowest;
    private double highest;

    private IntervalPlot(List<Line> lines, boolean zero, boolean wide) {
        this.lines = lines;
        this.width = wide ? 720 : 400;
        int longest = lines.stream().mapToInt(line -> line.label().length()).max().orElse(0);
        this.left = Math.min(longest * LETTER + 16, width * 0.42);
        this.right = width - 76;
        lowest = zero ? 0 : Double.POSITIVE_INFINITY;
        highest = zero ? 0 : Double.NEGATIVE_INFINITY;
        for (Line line : lines) {
            for (double end : new double[] {line.value(), line.low(), line.high()}) {
                if (Double.isFinite(end)) {
                    lowest = Math.min(lowest, end);
                    highest = Math.max(highest, end);
                }
            }
        }
        double margin = Math.max((highest - lowest) * 0.05, 1e-9);
        lowest -= margin;
        highest += margin;
    }

    /**
     * @param measure what the axis says: {@code loss, nats a token}
     * @param words what the picture shows, for those who do not see it
     * @param zero whether zero is part of the axis and drawn
     */
    public static String draw(List<Line> lines, String measure, String words, boolean zero, boolean wide) {
        return new IntervalPlot(lines, zero, wide).draw(measure, words, zero, wide ? "chart intervals wide" : "chart intervals narrow");
    }

    private String draw(String measure, String words, boolean zero, String cssClass) {
        double bottom = TOP + ROW * lines.size();
        Svg svg = Svg.open(width, bottom + FOOT, cssClass, words);
        for (Axis.Tick tick : Axis.linear(lowest, highest, 4)) {
            svg.line(x(tick.value()), TOP, x(tick.value()), bottom, "grid").text(x(tick.value()), bottom + 15, "middle", "axis", tick.label());
        }
        svg.text((left + right) / 2, bottom + 32, "middle", "axis", measure);
        if (zero) {
            svg.line(x(0), TOP, x(0), bottom, "zero");
        }
        for (int i = 0; i < lines.size(); i++) {
            line(svg, lines.get(i), TOP + ROW * i + ROW / 2);
        }
        return svg.close();
    }

    private void line(Svg svg, Line line, double y) {
        svg.text(left - 10, y + 4, "end", "name", shortened(line.label()));
        if (!Double.isNaN(line.low()) && !Double.isNaN(line.high())) {
            svg.line(x(line.low()), y, x(line.high()), y, "interval " + line.cssClass());
        }
        svg.circle(x(line.value()), y, 4, "value " + line.cssClass(), line.label() + ": " + Figures.significant(line.value()));
        svg.text(right + 12, y + 4, "start", "figure", Figures.significant(line.value()));
    }

    private String shortened(String label) {
        int most = (int) ((left - 10) / LETTER);
        return label.length() <= most ? label : label.substring(0, Math.max(1, most - 1)) + "…";
    }

    private double x(double value) {
        double held = Math.clamp(value, lowest, highest);
        return left + (held - lowest) / (highest - lowest) * (right - left);
    }
}
