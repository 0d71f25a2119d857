package org.bitrank.engine.image;

import java.util.Arrays;

/**
 * The filters by which PIL resizes a picture of unsigned bytes, to the bit: it convolves, so that a picture made smaller is
 * averaged over all its pixels; across and down one after the other, rounded to bytes between the two; a side that keeps its
 * length is left alone. Libraries of the platform interpolate otherwise, and towers were trained on PIL's pixels.
 * Source: Pillow, {@code src/libImaging/Resample.c}.
 */
public enum Resampling {
    BILINEAR(2, 1) {
        @Override
        double weight(double distance) {
            return distance < 1 ? 1 - distance : 0;
        }
    },
    BICUBIC(3, 2) {
        @Override
        double weight(double distance) {
            double a = -0.5;
            if (distance < 1) {
                return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
            }
            return distance < 2 ? (((distance - 5) * distance + 8) * distance - 4) * a : 0;
        }
    };

    private final int number;
    private final double support;

    Resampling(int number, double support) {
        this.number = number;
        this.support = support;
    }

    /** PIL's number of the filter, as {@code resample} of a processor's configuration has it; null for one that is not here. */
    static Resampling numbered(int number) {
        for (Resampling filter : values()) {
            if (filter.number == number) {
                return filter;
            }
        }
        return null;
    }

    /** How far the filter reaches, in pixels of the smaller of the two pictures. */
    double support() {
        return support;
    }

    /** The filter at {@code distance >= 0} from its centre. */
    abstract double weight(double distance);

    /** {@code picture} as {@code width x height} pixels. */
    public Pixels resize(Pixels picture, int width, int height) {
        return part(picture, width, height, 0, 0, width, height);
    }

    /**
     * The part of {@code partWidth x partHeight} at {@code (left, top)} of {@code picture} as {@code width x height} pixels;
     * only what it needs is computed, so that a picture of any shape can be cut.
     */
    Pixels part(Pixels picture, int width, int height, int left, int top, int partWidth, int partHeight) {
        var across = ResamplingWeights.of(this, picture.width(), width, left, partWidth);
        var down = ResamplingWeights.of(this, picture.height(), height, top, partHeight);
        Pixels needed = picture.crop(across.first(), down.first(), across.end() - across.first(), down.end() - down.first());
        return downFirst(picture, width, height) ? rows(columns(needed, down), across) : columns(rows(needed, across), down);
    }

    /** Pillow's choice since its version 13; before, it always began across. Rounding between the two makes them differ. */
    private static boolean downFirst(Pixels picture, int width, int height) {
        return height < picture.height() && picture.height() - height > 2 * (picture.width() - width);
    }

    /** @param picture the columns from the first that {@code weights} look at */
    private static Pixels rows(Pixels picture, ResamplingWeights weights) {
        if (weights.isIdentity()) {
            return picture;
        }
        int width = weights.starts().length;
        byte[] from = picture.rgb();
        var to = new byte[Math.multiplyExact(3, Math.multiplyExact(width, picture.height()))];
        int[] factors = weights.factors();
        int[] starts = weights.starts();
        int[] counts = weights.counts();
        int out = 0;
        for (int y = 0; y < picture.height(); y++) {
            int row = 3 * (y * picture.width() - weights.first());
            for (int x = 0; x < width; x++, out += 3) {
                int red = ResamplingWeights.HALF;
                int green = ResamplingWeights.HALF;
                int blue = ResamplingWeights.HALF;
                int factor = x * weights.stride();
                int last = factor + counts[x];
                for (int at = row + 3 * starts[x]; factor < last; factor++, at += 3) {
                    int weight = factors[factor];
                    red += (from[at] & 255) * weight;
                    green += (from[at + 1] & 255) * weight;
                    blue += (from[at + 2] & 255) * weight;
                }
                to[out] = ResamplingWeights.toByte(red);
                to[out + 1] = ResamplingWeights.toByte(green);
                to[out + 2] = ResamplingWeights.toByte(blue);
            }
        }
        return new Pixels(width, picture.height(), to);
    }

    /** @param picture the rows from the first that {@code weights} look at */
    private static Pixels columns(Pixels picture, ResamplingWeights weights) {
        if (weights.isIdentity()) {
            return picture;
        }
        byte[] from = picture.rgb();
        int length = 3 * picture.width();
        int height = weights.starts().length;
        var to = new byte[Math.multiplyExact(length, height)];
        var sums = new int[length];
        for (int y = 0; y < height; y++) {
            Arrays.fill(sums, ResamplingWeights.HALF);
            for (int k = 0; k < weights.counts()[y]; k++) {
                add(from, (weights.starts()[y] - weights.first() + k) * length, weights.factors()[y * weights.stride() + k], sums);
            }
            for (int i = 0; i < length; i++) {
                to[y * length + i] = ResamplingWeights.toByte(sums[i]);
            }
        }
        return new Pixels(picture.width(), height, to);
    }

    private static void add(byte[] from, int at, int weight, int[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += (from[at + i] & 255) * weight;
        }
    }
}
