package org.bitrank.engine.image;

/** The arithmetic between a JPEG file's components and colours, as libjpeg and PIL do it in whole numbers. */
final class JpegSamples {
    private static final int FRACTION = 16;
    private static final int HALF = 1 << (FRACTION - 1);

    /** What the components are. CMYK is stored inverted, as Adobe does and PIL always assumes. */
    enum Colours {
        GREY(1),
        RGB(3),
        YCC(3),
        CMYK(4),
        YCCK(4);

        private final int count;

        Colours(int count) {
            this.count = count;
        }
    }

    private JpegSamples() {}

    /** @param samples {@code [pixels, components]} */
    static byte[] toRgb(byte[] samples, Colours colours) {
        if (colours == Colours.RGB) {
            return samples;
        }
        int pixels = samples.length / colours.count;
        var rgb = new byte[3 * pixels];
        for (int i = 0; i < pixels; i++) {
            int at = i * colours.count;
            int first = samples[at] & 255;
            switch (colours) {
                case GREY -> put(rgb, i, first, first, first);
                case YCC -> luma(rgb, i, first, samples[at + 1], samples[at + 2]);
                case CMYK -> ink(rgb, i, first, samples[at + 1] & 255, samples[at + 2] & 255, samples[at + 3] & 255);
                case YCCK -> {
                    luma(rgb, i, first, samples[at + 1], samples[at + 2]);
                    ink(rgb, i, 255 - (rgb[3 * i] & 255), 255 - (rgb[3 * i + 1] & 255), 255 - (rgb[3 * i + 2] & 255), samples[at + 3] & 255);
                }
                case RGB -> throw new IllegalStateException();
            }
        }
        return rgb;
    }

    private static void luma(byte[] rgb, int pixel, int luma, byte blueness, byte redness) {
        int blue = (blueness & 255) - 128;
        int red = (redness & 255) - 128;
        put(
                rgb,
                pixel,
                clip(luma + ((91881 * red + HALF) >> FRACTION)),
                clip(luma + ((-22554 * blue - 46802 * red + HALF) >> FRACTION)),
                clip(luma + ((116130 * blue + HALF) >> FRACTION)));
    }

    /** Inks as they are stored, 255 for none of it. */
    private static void ink(byte[] rgb, int pixel, int cyan, int magenta, int yellow, int black) {
        put(rgb, pixel, light(cyan, black), light(magenta, black), light(yellow, black));
    }

    private static int light(int ink, int black) {
        int product = (255 - ink) * black + 128;
        return Math.max(0, black - ((product + (product >> 8)) >> 8));
    }

    private static void put(byte[] rgb, int pixel, int red, int green, int blue) {
        rgb[3 * pixel] = (byte) red;
        rgb[3 * pixel + 1] = (byte) green;
        rgb[3 * pixel + 2] = (byte) blue;
    }

    private static int clip(int value) {
        return Math.clamp(value, 0, 255);
    }

    /**
     * A component of half as many rows, which the JDK's older libjpeg repeats, is interpolated between its rows, as libjpeg-turbo
     * does: three quarters of the nearer, a quarter of the farther. Pictures stored so are mostly photographs that were turned.
     */
    static void smoothDown(byte[] samples, int width, int height, int count, int component) {
        int rows = (height + 1) / 2;
        var stored = new byte[rows * width];
        for (int y = 0; y < rows; y++) {
            for (int x = 0; x < width; x++) {
                stored[y * width + x] = samples[(2 * y * width + x) * count + component];
            }
        }
        for (int y = 0; y < height; y++) {
            int nearer = y / 2;
            int farther = Math.clamp(nearer + (y % 2 == 0 ? -1 : 1), 0, rows - 1);
            int bias = y % 2 == 0 ? 1 : 2;
            for (int x = 0; x < width; x++) {
                int sum = 3 * (stored[nearer * width + x] & 255) + (stored[farther * width + x] & 255);
                samples[(y * width + x) * count + component] = (byte) ((sum + bias) >> 2);
            }
        }
    }
}
