package org.bitrank.web.chart;

import java.util.ArrayList;
import java.util.List;

/** Quality against size, which is logarithmic, with a fitted curve and its band for each family of rows. */
public final class ScalingPlot {
    /** @param details what a pointer resting on it is told */
    public record Point(String address, String name, String details, double size, double value) {}

    /** @param low lower end of the band at this size, NaN where nothing is known */
    public record CurvePoint(double size, double value, double low, double high) {}

    /** @param curve empty where too few points were there to fit one */
    public record Family(String name, List<Point> points, List<CurvePoint> curve) {}

    private static final double TOP = 14;
    /** A name's width for each letter, and the height of its line. */
    private static final double LETTER = 7;
    private static final double LINE = 14;
    private static final String[] SHAPES = {"circle", "square", "diamond", "triangle"};

    private final List<Family> families;
    private final double width;
    private final double height;
    private final double left = 56;
    private final double right;
    private final double bottom;
    private double lowSize = Double.POSITIVE_INFINITY;
    private double highSize = Double.NEGATIVE_INFINITY;
    private double lowest = Double.POSITIVE_INFINITY;
    private double highest = Double.NEGATIVE_INFINITY;

    private ScalingPlot(List<Family> families, boolean wide) {
        this.families = families;
        width = wide ? 1120 : 400;
        height = wide ? 400 : 320;
        right = width - (wide ? 24 : 14);
        bottom = height - 46;
        for (Family family : families) {
            for (Point point : family.points()) {
                lowSize = Math.min(lowSize, point.size());
                highSize = Math.max(highSize, point.size());
                lowest = Math.min(lowest, point.value());
                highest = Math.max(highest, point.value());
            }
        }
        lowSize /= 1.15;
        highSize *= 1.15;
        double margin = Math.max((highest - lowest) * 0.08, 1e-9);
        lowest -= margin;
        highest += margin;
    }

    /** @param sizeUnit {@code bit} or {@code parameters} */
    public static String draw(List<Family> families, String sizeUnit, String sizeMeasure, String measure, String words, boolean wide) {
        return new ScalingPlot(families, wide).draw(sizeUnit, sizeMeasure, measure, words, wide ? "chart scaling wide" : "chart scaling narrow");
    }

    private String draw(String sizeUnit, String sizeMeasure, String measure, String words, String cssClass) {
        Svg svg = Svg.group(width, height, cssClass, words);
        for (Axis.Tick tick : Axis.linear(lowest, highest, 5)) {
            svg.line(left, y(tick.value()), right, y(tick.value()), "grid").text(left - 8, y(tick.value()) + 4, "end", "axis", tick.label());
        }
        double free = left - 30;
        for (Axis.Tick tick : Axis.logarithmic(lowSize, highSize, sizeUnit)) {
            double half = tick.label().length() * 3.2;
            if (x(tick.value()) - half > free && x(tick.value()) + half < width) {
                svg.text(x(tick.value()), bottom + 16, "middle", "axis", tick.label());
                free = x(tick.value()) + half + 8;
            }
        }
        svg.text(right, bottom + 36, "end", "axis", sizeMeasure).text(0, 9, "start", "axis", measure);
        for (int i = 0; i < families.size(); i++) {
            curve(svg, families.get(i), i);
        }
        for (int i = 0; i < families.size(); i++) {
            for (Point point : families.get(i).points()) {
                svg.link(point.address(), families.get(i).name() + ", " + point.name() + ", " + point.details(), "", false);
                shape(svg, SHAPES[i % SHAPES.length], x(point.size()), y(point.value()), "point family" + i % SHAPES.length, point.name() + ": " + point.details());
                svg.endLink();
            }
        }
        labels(svg);
        return svg.close();
    }

    private void curve(Svg svg, Family family, int number) {
        if (family.curve().isEmpty()) {
            return;
        }
        var line = new StringBuilder();
        var there = new StringBuilder();
        var back = new ArrayList<String>();
        for (CurvePoint point : family.curve()) {
            line.append(line.isEmpty() ? "M" : " L").append(place(point.size(), point.value()));
            if (!Double.isNaN(point.low())) {
                there.append(there.isEmpty() ? "M" : " L").append(place(point.size(), point.high()));
                back.add(place(point.size(), point.low()));
            }
        }
        if (!there.isEmpty()) {
            back.reversed().forEach(place -> there.append(" L").append(place));
            svg.path(there.append(" Z").toString(), "band family" + number % SHAPES.length);
        }
        svg.path(line.toString(), "curve family" + number % SHAPES.length);
    }

    /** Each family's name over its largest point; where another name stands there it goes under the point, and from there down. */
    private void labels(Svg svg) {
        var taken = new ArrayList<double[]>();
        var byHeight = new ArrayList<>(families);
        byHeight.sort((one, other) -> Double.compare(y(end(one).value()), y(end(other).value())));
        for (Family family : byHeight) {
            Point end = end(family);
            double to = Math.min(x(end.size()), right);
            double from = to - family.name().length() * LETTER;
            double at = y(end.value()) - 9;
            for (int turn = 0; collides(taken, from, to, at); turn++) {
                at = y(end.value()) + 18 + turn * LINE;
            }
            svg.text(to, at, "end", "name", family.name());
            taken.add(new double[] {from, to, at});
        }
    }

    private static boolean collides(List<double[]> taken, double from, double to, double at) {
        return taken.stream().anyMatch(name -> from < name[1] && to > name[0] && Math.abs(at - name[2]) < LINE);
    }

    private static Point end(Family family) {
        Point end = family.points().getFirst();
        for (Point point : family.points()) {
            end = point.size() > end.size() ? point : end;
        }
        return end;
    }

    private static void shape(Svg svg, String shape, double x, double y, String cssClass, String title) {
        switch (shape) {
            case "square" -> polygon(svg, x, y, new double[][] {{-4, -4}, {4, -4}, {4, 4}, {-4, 4}}, cssClass);
            case "diamond" -> polygon(svg, x, y, new double[][] {{0, -5.6}, {5.6, 0}, {0, 5.6}, {-5.6, 0}}, cssClass);
            case "triangle" -> polygon(svg, x, y, new double[][] {{0, -5.2}, {5, 3.8}, {-5, 3.8}}, cssClass);
            default -> svg.circle(x, y, 4.4, cssClass, title);
        }
    }

    private static void polygon(Svg svg, double x, double y, double[][] corners, String cssClass) {
        var path = new StringBuilder();
        for (double[] corner : corners) {
            path.append(path.isEmpty() ? "M" : " L").append(Svg.number(x + corner[0])).append(' ').append(Svg.number(y + corner[1]));
        }
        svg.path(path.append(" Z").toString(), cssClass);
    }

    private String place(double size, double value) {
        return Svg.number(x(size)) + " " + Svg.number(y(Math.clamp(value, lowest, highest)));
    }

    private double x(double size) {
        return left + Math.log(size / lowSize) / Math.log(highSize / lowSize) * (right - left);
    }

    private double y(double value) {
        return bottom - (value - lowest) / (highest - lowest) * (bottom - TOP);
    }
}
