package org.bitrank.engine.image;

import java.util.List;

/**
 * What a processor does with a picture.
 *
 * @param size side of the tiles that come out, in pixels
 * @param square whether the picture is first put on a square canvas of the mean colour
 * @param shortestEdge what its shorter side becomes; 0 where {@code fixed} says the size or it is not resized
 * @param fixed the size it is given whatever its shape; null where {@code shortestEdge} says it or it is not resized
 * @param crop what is cut from its centre; null where nothing is
 * @param factor what a byte is multiplied with; 1 for none
 * @param mean of red, green and blue, subtracted; zeros for none
 * @param deviation of red, green and blue, divided by; ones for none
 * @param resolutions those a picture may be fitted into; empty for a picture of one tile
 */
record ProcessorSettings(
        int size,
        Resampling filter,
        boolean square,
        int shortestEdge,
        ImageSize fixed,
        ImageSize crop,
        double factor,
        double[] mean,
        double[] deviation,
        List<ImageSize> resolutions) {
    /** The size a picture is given before its centre is cut out. */
    ImageSize resized(ImageSize picture) {
        if (fixed != null) {
            return fixed;
        }
        if (shortestEdge == 0) {
            return picture;
        }
        return picture.width() <= picture.height()
                ? new ImageSize((int) ((double) ((long) shortestEdge * picture.height()) / picture.width()), shortestEdge)
                : new ImageSize(shortestEdge, (int) ((double) ((long) shortestEdge * picture.width()) / picture.height()));
    }

    /** The size of the view of the whole picture that comes before its tiles; it does not keep the picture's shape. */
    ImageSize baseSize() {
        return fixed != null ? fixed : new ImageSize(shortestEdge, shortestEdge);
    }

    /** What each byte becomes, {@code [3, 256]}. */
    float[] values() {
        var values = new float[3 * 256];
        for (int channel = 0; channel < 3; channel++) {
            for (int value = 0; value < 256; value++) {
                values[256 * channel + value] =
                        ((float) (value * factor) - (float) mean[channel]) / (float) deviation[channel];
            }
        }
        return values;
    }
}
