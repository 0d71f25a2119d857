package org.bitrank.web.chart;

/** The bar is what the file holds for each weight, scales and zeros counted; the tick is what the name says. */
public final class BitsBar {
    private static final double WIDTH = 56;
    private static final double HEIGHT = 14;

    private BitsBar() {}

    /** @param nominal null where the recipe names no number of bits */
    public static String draw(double effective, Double nominal, double most) {
        Svg svg = Svg.open(WIDTH, HEIGHT, "bits", null);
        svg.rectangle(0, 4, x(effective, most), 6, "effective");
        if (nominal != null) {
            svg.line(x(nominal, most), 1, x(nominal, most), HEIGHT - 1, "nominal");
        }
        return svg.close();
    }

    private static double x(double bits, double most) {
        return Math.clamp(bits / most, 0, 1) * (WIDTH - 2);
    }
}
