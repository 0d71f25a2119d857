package org.bitrank.engine.image;

import java.util.Arrays;

/**
 * A decoded picture.
 *
 * @param rgb red, green and blue of each pixel, rows from the top: {@code [height, width, 3]}, unsigned bytes
 */
public record Pixels(int width, int height, byte[] rgb) {
    public Pixels {
        if (width < 1 || height < 1 || rgb.length != 3L * width * height) {
            throw new IllegalArgumentException(rgb.length + " bytes are no picture of " + width + "x" + height);
        }
    }

    /** A picture of one colour. */
    static Pixels filled(int width, int height, int red, int green, int blue) {
        var rgb = new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))];
        if (red == green && green == blue) {
            Arrays.fill(rgb, (byte) red);
        } else {
            for (int i = 0; i < rgb.length; i += 3) {
                rgb[i] = (byte) red;
                rgb[i + 1] = (byte) green;
                rgb[i + 2] = (byte) blue;
            }
        }
        return new Pixels(width, height, rgb);
    }

    /** This picture with {@code other} written over it, its corner at {@code (left, top)}, which may lie outside. */
    Pixels with(Pixels other, int left, int top) {
        byte[] result = rgb.clone();
        int firstColumn = Math.max(0, left);
        int lastColumn = Math.min(width, left + other.width);
        for (int y = Math.max(0, top); y < Math.min(height, top + other.height) && firstColumn < lastColumn; y++) {
            System.arraycopy(
                    other.rgb,
                    3 * ((y - top) * other.width + firstColumn - left),
                    result,
                    3 * (y * width + firstColumn),
                    3 * (lastColumn - firstColumn));
        }
        return new Pixels(width, height, result);
    }

    /** The part of {@code width x height} at {@code (left, top)}; what lies outside of this picture is black. */
    Pixels crop(int left, int top, int width, int height) {
        if (left == 0 && top == 0 && width == this.width && height == this.height) {
            return this;
        }
        return filled(width, height, 0, 0, 0).with(this, -left, -top);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Pixels that && width == that.width && height == that.height && Arrays.equals(rgb, that.rgb);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * width + height) + Arrays.hashCode(rgb);
    }

    @Override
    public String toString() {
        return "Pixels[" + width + "x" + height + "]";
    }
}
