package org.bitrank.engine.image;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;

/** Colours of a decoded raster, as they were stored: no profile is applied, no alpha blended. */
final class RasterColours {
    private RasterColours() {}

    /** @param saturated whether values of more than eight bits are cut off at 255 rather than scaled */
    static Pixels of(BufferedImage image, boolean saturated) {
        Raster raster = image.getRaster();
        int width = image.getWidth();
        int height = image.getHeight();
        int bands = raster.getNumBands();
        Pixels pixels = Pixels.filled(width, height, 0, 0, 0);
        var row = new int[width];
        for (int channel = 0; channel < 3; channel++) {
            int band = bands < 3 ? 0 : channel;
            int[] values = values(image.getColorModel(), raster, band, channel, saturated);
            for (int y = 0; y < height; y++) {
                raster.getSamples(0, y, width, 1, band, row);
                int at = 3 * y * width + channel;
                for (int x = 0; x < width; x++, at += 3) {
                    pixels.rgb()[at] = (byte) values[row[x]];
                }
            }
        }
        return pixels;
    }

    /** What each sample of a band becomes. */
    private static int[] values(ColorModel model, Raster raster, int band, int channel, boolean saturated) {
        int bits = raster.getSampleModel().getSampleSize(band);
        var values = new int[1 << bits];
        if (model instanceof IndexColorModel palette) {
            for (int i = 0; i < Math.min(values.length, palette.getMapSize()); i++) {
                values[i] = channel == 0 ? palette.getRed(i) : channel == 1 ? palette.getGreen(i) : palette.getBlue(i);
            }
            return values;
        }
        for (int i = 0; i < values.length; i++) {
            values[i] = bits <= 8 ? i * 255 / (values.length - 1) : saturated ? Math.min(255, i) : i >> (bits - 8);
        }
        return values;
    }
}
