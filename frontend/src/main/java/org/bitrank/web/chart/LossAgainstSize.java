package org.bitrank.web.chart;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.bitrank.web.words.Figures;

/**
 * The board's picture: loss (logarithmic, up is better) over size, with the frontier drawn, which joins the
 * rows that no smaller row beats. A loss of zero or less has no place on a logarithmic axis and sits at its top edge, on a line of its own.
 */
public final class LossAgainstSize {
    /**
     * @param row id of the row in the table; {@code name} is printed beside the point when it lies on the frontier
     * @param size as the picture counts it
     */
    public record Point(String row, String address, String name, String details, double size, double loss) {}

    /** What the horizontal axis counts. */
    public enum Size {
        /** Of the quantized weights: comparable between models. */
        BITS("bit", "bits", "effective bits per weight", 0.15),
        /** Of all weights, also those that a recipe leaves as they are, which bits per quantized weight do not see. */
        MEGABYTES("MB", "MB", "megabytes of weights, the unquantized ones too", 0.01);

        private final String one;
        private final String many;
        private final String words;
        private final double leastMargin;

        Size(String one, String many, String words, double leastMargin) {
            this.one = one;
            this.many = many;
            this.words = words;
            this.leastMargin = leastMargin;
        }

        public String words() {
            return words;
        }
    }

    private record Box(double left, double top, double right, double bottom) {
        boolean meets(Box other) {
            return left < other.right && other.left < right && top < other.bottom && other.top < bottom;
        }
    }

    private static final double LEAST_TOP = 1e-6;
    /** Marks of the axis that are nearer to each other cannot be read. */
    private static final double LINE = 14;

    private final double width;
    private final double height;
    private final List<Point> points;
    private final Size size;
    private final double left;
    private final double right;
    private final double top = 18;
    private final double bottom;
    private final double lowest;
    private final double highest;
    private final int bestDecade;
    private final double best;
    private final double worst;
    private final double topEdge;

    private LossAgainstSize(double width, double height, List<Point> points, Size size) {
        this.width = width;
        this.height = height;
        this.points = points;
        this.size = size;
        this.left = 52;
        this.right = width - 20;
        this.bottom = height - 30;
        double fewest = points.stream().mapToDouble(Point::size).min().orElse(2);
        double most = points.stream().mapToDouble(Point::size).max().orElse(8);
        double margin = Math.max(size.leastMargin, (most - fewest) * 0.04);
        // At least two numbers stand on the axis.
        double step = step(fewest, most);
        boolean few = Math.floor(most / step) - Math.ceil(fewest / step) < 1;
        this.lowest = (few ? step * Math.floor(fewest / step) : fewest) - margin;
        this.highest = (few ? step * (Math.floor(most / step) + 1) : most) + margin;
        double leastPositive = points.stream().mapToDouble(Point::loss).filter(loss -> loss > LEAST_TOP).min().orElse(0.001);
        this.topEdge = points.stream().allMatch(point -> point.loss() > LEAST_TOP) ? leastPositive : leastPositive / 2;
        double least = topEdge;
        double greatest = points.stream().mapToDouble(point -> shown(point.loss())).max().orElse(1);
        this.bestDecade = (int) Math.floor(Math.log10(least));
        this.best = Math.log10(least) - 0.12;
        this.worst = Math.max(Math.log10(greatest), best + 0.6) + 0.12;
    }

    /** For wide screens, or for a phone: the same rows with room for fewer words. */
    public static String draw(List<Point> points, String measure, Size size, boolean wide) {
        return new LossAgainstSize(wide ? 1120 : 400, wide ? 260 : 270, points, size).draw(wide ? "chart wide" : "chart narrow", describe(points, measure, size));
    }

    /** Between two numbers of the axis: 1, 2 or 5 times a power of ten, so that no more than nine or so stand there. */
    private static double step(double fewest, double most) {
        double least = Math.max(1, (most - fewest) / 9);
        double decade = Math.pow(10, Math.floor(Math.log10(least)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * decade >= least) {
                return factor * decade;
            }
        }
        return 10 * decade;
    }

    private String draw(String cssClass, String words) {
        List<Point> frontier = frontier(points);
        Svg svg = Svg.group(width, height, cssClass, words);
        grid(svg);
        StringBuilder path = new StringBuilder();
        for (Point point : frontier) {
            path.append(path.isEmpty() ? "M" : " L").append(Svg.number(x(point))).append(' ').append(Svg.number(y(point)));
        }
        svg.path(path.toString(), "frontier");
        List<Box> taken = new ArrayList<>();
        for (Point point : points) {
            taken.add(new Box(x(point) - 6, y(point) - 6, x(point) + 6, y(point) + 6));
            boolean leads = frontier.contains(point);
            svg.link(point.address(), point.name() + ", " + point.details(), point.row(), leads);
            svg.circle(x(point), y(point), 4.5, leads ? "point leads" : "point", point.name() + ": " + point.details());
            svg.endLink();
        }
        for (Point point : frontier) {
            label(svg, point, taken);
        }
        return svg.close();
    }

    /** What the picture shows, in words, for those who do not see it. */
    static String describe(List<Point> points, String measure, Size size) {
        StringBuilder text = new StringBuilder("%s over %s for %s. ".formatted(measure, size.words, Figures.count(points.size(), "row", "rows")));
        List<Point> frontier = frontier(points);
        text.append("No smaller row beats: ");
        for (int i = 0; i < frontier.size(); i++) {
            text.append(i == 0 ? "" : "; ").append(frontier.get(i).name()).append(" (").append(frontier.get(i).details()).append(')');
        }
        return text.append('.').toString();
    }

    /** From small to large, each with a smaller loss than all before it. */
    static List<Point> frontier(List<Point> points) {
        List<Point> frontier = new ArrayList<>();
        for (Point point : points.stream().sorted(Comparator.comparingDouble(Point::size).thenComparingDouble(Point::loss).thenComparing(Point::row)).toList()) {
            if (frontier.isEmpty() || point.loss() < frontier.getLast().loss()) {
                frontier.add(point);
            }
        }
        return frontier;
    }

    private void grid(Svg svg) {
        boolean zero = points.stream().anyMatch(point -> point.loss() <= LEAST_TOP);
        double zeroLine = y(Math.log10(topEdge));
        // Within a decade or two, parts of it are marked as well.
        int[] parts = worst - best < 2.5 ? new int[] {1, 2, 5} : new int[] {1};
        for (int decade = bestDecade; decade <= worst; decade++) {
            for (int part : parts) {
                double at = decade + Math.log10(part);
                if (at >= best && at <= worst && !(zero && y(at) - zeroLine < LINE)) {
                    svg.line(left, y(at), right, y(at), "grid").text(left - 8, y(at) + 4, "end", "axis", mark(part, decade));
                }
            }
        }
        if (zero) {
            svg.line(left, zeroLine, right, zeroLine, "grid").text(left - 8, zeroLine + 4, "end", "axis", "≤ 0");
        }
        double step = step(lowest, highest);
        boolean first = true;
        for (double at = step * Math.ceil(lowest / step); at <= highest; at += step) {
            long number = Math.round(at);
            svg.text(x(at), height - 8, "middle", "axis", first ? number + " " + (number == 1 ? size.one : size.many) : Long.toString(number));
            first = false;
        }
    }

    private static String mark(int part, int decade) {
        return decade >= 0 ? Long.toString(Math.round(part * Math.pow(10, decade))) : Figures.fixed(part * Math.pow(10, decade), -decade);
    }

    /** Beside the point where there is room for the words, above or below it otherwise, else not at all. */
    private void label(Svg svg, Point point, List<Box> taken) {
        double words = point.name().length() * 6.4;
        double[][] places = {{-7, -8, 1}, {8, -8, 0}, {9, 17, 0}, {-8, 17, 1}};
        for (double[] place : places) {
            double start = x(point) + place[0] - (place[2] == 1 ? words : 0);
            double base = y(point) + place[1];
            Box box = new Box(start, base - 11, start + words, base + 3);
            if (box.left > left && box.right < width && box.top > 0 && box.bottom < bottom + 8 && taken.stream().noneMatch(box::meets)) {
                taken.add(box);
                svg.text(x(point) + place[0], base, place[2] == 1 ? "end" : "start", "name", point.name());
                return;
            }
        }
    }

    private double x(Point point) {
        return x(point.size());
    }

    private double x(double at) {
        return left + (at - lowest) / (highest - lowest) * (right - left);
    }

    private double y(Point point) {
        return y(Math.log10(shown(point.loss())));
    }

    private double y(double logarithm) {
        return top + (logarithm - best) / (worst - best) * (bottom - top);
    }

    private double shown(double loss) {
        return Math.max(loss, topEdge);
    }
}
