package org.bitrank.engine.image;

/** Rows and columns of a picture, in pixels. */
public record ImageSize(int height, int width) {
    @Override
    public String toString() {
        return height + "x" + width;
    }
}
