package org.bitrank.web.words;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Figures as text. Absent values are an en dash, negative ones carry a real minus sign. */
@Component("figures")
public final class Figures {
    public static final String ABSENT = "–";
    private static final String[] BYTE_UNITS = {"bytes", "kB", "MB", "GB", "TB"};

    /** Three significant digits, without an exponent where people would not expect one. */
    public static String significant(Double value) {
        return significant(value, 3);
    }

    public static String significant(Double value, int digits) {
        if (value == null || value.isNaN()) {
            return ABSENT;
        }
        if (value.isInfinite()) {
            return value > 0 ? "∞" : "−∞";
        }
        if (value == 0) {
            return "0";
        }
        double magnitude = Math.abs(value);
        if (magnitude >= 1e7 || magnitude < 1e-5) {
            return minus(String.format(Locale.ROOT, "%." + (digits - 1) + "e", value));
        }
        if (magnitude >= Math.pow(10, digits)) {
            return minus(grouped(Math.round(value)));
        }
        BigDecimal rounded = new BigDecimal(value).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        return minus(rounded.setScale(Math.max(0, digits - rounded.precision() + rounded.scale()), RoundingMode.HALF_EVEN).toPlainString());
    }

    public static String fixed(Double value, int decimals) {
        return value == null || value.isNaN() ? ABSENT : minus(String.format(Locale.ROOT, "%." + decimals + "f", value));
    }

    /** With its sign, always: {@code +0.154}, {@code −0.002}. */
    public static String signed(Double value, int decimals) {
        return value == null || value.isNaN() ? ABSENT : minus(String.format(Locale.ROOT, "%+." + decimals + "f", value));
    }

    /** How many decimals a difference of this size is worth. */
    public static int decimals(double difference) {
        return Math.abs(difference) < 10 ? 3 : 1;
    }

    public static String percent(Double share, int decimals) {
        return share == null ? ABSENT : fixed(share * 100, decimals);
    }

    public static String grouped(long value) {
        return minus(String.format(Locale.ROOT, "%,d", value).replace(',', '\u202f'));
    }

    /** Decimal megabytes, the unit of the board's size column. */
    public static String megabytes(Long bytes) {
        return bytes == null ? ABSENT : significant(bytes / 1e6);
    }

    public static String bytes(Long bytes) {
        if (bytes == null) {
            return ABSENT;
        }
        double value = bytes;
        int unit = 0;
        while (value >= 1000 && unit < BYTE_UNITS.length - 1) {
            value /= 1000;
            unit++;
        }
        return (unit == 0 ? Long.toString(bytes) : significant(value)) + " " + BYTE_UNITS[unit];
    }

    /** Two units at most: {@code 42 s}, {@code 3 min 20 s}, {@code 2 h 5 min}. */
    public static String duration(Duration duration) {
        if (duration == null) {
            return ABSENT;
        }
        long seconds = Math.max(0, duration.toSeconds());
        if (seconds < 60) {
            return seconds < 1 ? "under 1 s" : seconds + " s";
        }
        if (seconds < 3600) {
            return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        long minutes = seconds / 60;
        return minutes / 60 + " h" + (minutes % 60 == 0 ? "" : " " + minutes % 60 + " min");
    }

    public static String seconds(Double seconds) {
        return seconds == null ? ABSENT : seconds < 10 ? significant(seconds, 2) + " s" : duration(Duration.ofMillis(Math.round(seconds * 1000)));
    }

    /** {@code 12 min ago}; days from the second day on. */
    public static String ago(Instant then) {
        if (then == null) {
            return ABSENT;
        }
        Duration age = Duration.between(then, Instant.now());
        if (age.toDays() >= 2) {
            return age.toDays() + " days ago";
        }
        if (age.toHours() >= 1) {
            return age.toHours() + " h ago";
        }
        return age.toMinutes() >= 1 ? age.toMinutes() + " min ago" : "just now";
    }

    public static String count(long count, String one, String many) {
        return grouped(count) + " " + (count == 1 ? one : many);
    }

    private static String minus(String text) {
        return text.replace('-', '−');
    }
}
