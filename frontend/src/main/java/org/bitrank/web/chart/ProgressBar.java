package org.bitrank.web.chart;

/** How far a run is. The words beside it say the same, so it is hidden from screen readers. */
public final class ProgressBar {
    private static final double WIDTH = 240;

    private ProgressBar() {}

    public static String draw(double share) {
        return Svg.open(WIDTH, 6, "progress", null)
                .rectangle(0, 1, WIDTH, 4, "track")
                .rectangle(0, 1, Math.clamp(share, 0, 1) * WIDTH, 4, "done")
                .close();
    }
}
