package org.bitrank.web.chart;

/**
 * A paired difference.
 *
 * @param low lower end of the 95 % interval, or null where nothing is known of the spread
 * @param lossIsPositive whether a positive difference is a loss (nats a token) or a gain (accuracy)
 */
public record Difference(double value, Double low, Double high, boolean lossIsPositive) {
    /** What the interval allows to be said. */
    public enum Verdict {
        LOSS("out", "a loss"),
        EQUAL("in", "not told apart"),
        GAIN("gain", "a gain"),
        UNKNOWN("unknown", "without an interval");

        private final String cssClass;
        private final String words;

        Verdict(String cssClass, String words) {
            this.cssClass = cssClass;
            this.words = words;
        }

        public String cssClass() {
            return cssClass;
        }

        public String words() {
            return words;
        }
    }

    public Verdict verdict() {
        if (!spread()) {
            return Verdict.UNKNOWN;
        }
        if (low <= 0 && high >= 0) {
            return Verdict.EQUAL;
        }
        return value > 0 == lossIsPositive ? Verdict.LOSS : Verdict.GAIN;
    }

    public boolean spread() {
        return low != null && high != null;
    }

    /** Half the interval's width, what stands behind ±; null without an interval. */
    public Double halfWidth() {
        return spread() ? (high - low) / 2 : null;
    }

    double lowest() {
        return spread() ? Math.min(low, value) : value;
    }

    double highest() {
        return spread() ? Math.max(high, value) : value;
    }
}
