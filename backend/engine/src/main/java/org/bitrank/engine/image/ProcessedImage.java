package org.bitrank.engine.image;

import java.util.Arrays;

/**
 * A picture as a vision tower takes it.
 *
 * @param pixels normalized values of all tiles, {@code [tiles, 3, size, size]}; of a picture of any resolution the first
 *     tile is the whole picture, the others are its parts row by row
 * @param tiles how many there are
 * @param size their side, in pixels
 * @param original size of the picture before any processing, after its orientation was heeded
 * @param resolution the resolution that was chosen for it, a multiple of {@code size}; null where pictures have one tile only
 */
public record ProcessedImage(float[] pixels, int tiles, int size, ImageSize original, ImageSize resolution) {
    /** The pixels of some of the tiles, {@code [count, 3, size, size]}. */
    public float[] pixels(int first, int count) {
        int each = 3 * size * size;
        return Arrays.copyOfRange(pixels, first * each, (first + count) * each);
    }
}
