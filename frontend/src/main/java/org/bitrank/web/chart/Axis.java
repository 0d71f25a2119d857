package org.bitrank.web.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitrank.web.words.Figures;

/** Where the marks of an axis stand. */
final class Axis {
    private static final double[] STEPS = {1, 2, 5, 10};

    /** @param label as it is printed */
    record Tick(double value, String label) {}

    private Axis() {}

    /** Round numbers from low to high, about as many as asked for. */
    static List<Tick> linear(double low, double high, int about) {
        double rough = (high - low) / about;
        double power = Math.pow(10, Math.floor(Math.log10(rough)));
        double step = power;
        for (double candidate : STEPS) {
            if (candidate * power <= rough * 1.0001) {
                step = candidate * power;
            }
        }
        int decimals = (int) Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
        var ticks = new ArrayList<Tick>();
        for (double number = Math.ceil(low / step - 1e-9); number * step <= high + 1e-9 * step; number++) {
            double value = number * step;
            ticks.add(new Tick(value, Figures.fixed(value == 0 ? 0 : value, decimals)));
        }
        return ticks;
    }

    /** 1, 2 and 5 of each power of ten, with the unit's prefix. */
    static List<Tick> logarithmic(double low, double high, String unit) {
        var ticks = new ArrayList<Tick>();
        for (int power = (int) Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
            for (double digit : new double[] {1, 2, 5}) {
                double value = digit * Math.pow(10, power);
                if (value >= low && value <= high) {
                    ticks.add(new Tick(value, amount(value, unit)));
                }
            }
        }
        return ticks;
    }

    /** {@code 20 Mbit}. */
    static String amount(double value, String unit) {
        String[] prefixes = {"", "k", "M", "G", "T"};
        int prefix = Math.clamp((int) Math.floor(Math.log10(value) / 3 + 1e-9), 0, prefixes.length - 1);
        double shown = value / Math.pow(1000, prefix);
        return String.format(Locale.ROOT, shown == Math.rint(shown) ? "%.0f %s%s" : "%.1f %s%s", shown, prefixes[prefix], unit);
    }
}
