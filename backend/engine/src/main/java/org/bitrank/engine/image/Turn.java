package org.bitrank.engine.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a picture is turned before it is shown, in the numbers of EXIF's orientation: its columns and rows are swapped, then either
 * is reversed.
 */
enum Turn {
    NONE(false, false, false),
    MIRRORED(false, true, false),
    HALF(false, true, true),
    FLIPPED(false, false, true),
    TRANSPOSED(true, false, false),
    CLOCKWISE(true, true, false),
    TRANSVERSE(true, true, true),
    COUNTERCLOCKWISE(true, false, true);

    private static final int ORIENTATION = 0x0112;
    private static final Pattern XMP = Pattern.compile("tiff:Orientation(?:=\"|>)([0-9])");

    private final boolean swapped;
    private final boolean columnsReversed;
    private final boolean rowsReversed;

    Turn(boolean swapped, boolean columnsReversed, boolean rowsReversed) {
        this.swapped = swapped;
        this.columnsReversed = columnsReversed;
        this.rowsReversed = rowsReversed;
    }

    /** @param orientation EXIF's number; one that is none of its eight turns nothing */
    static Turn of(int orientation) {
        return orientation < 1 || orientation > 8 ? NONE : values()[orientation - 1];
    }

    ImageSize apply(ImageSize size) {
        return swapped ? new ImageSize(size.width(), size.height()) : size;
    }

    Pixels apply(Pixels from) {
        if (this == NONE) {
            return from;
        }
        int width = swapped ? from.height() : from.width();
        int height = swapped ? from.width() : from.height();
        Pixels to = Pixels.filled(width, height, 0, 0, 0);
        int out = 0;
        for (int y = 0; y < height; y++) {
            int row = rowsReversed ? height - 1 - y : y;
            for (int x = 0; x < width; x++, out += 3) {
                int column = columnsReversed ? width - 1 - x : x;
                int at = 3 * (swapped ? column * from.width() + row : row * from.width() + column);
                to.rgb()[out] = from.rgb()[at];
                to.rgb()[out + 1] = from.rgb()[at + 1];
                to.rgb()[out + 2] = from.rgb()[at + 2];
            }
        }
        return to;
    }

    /**
     * The orientation that a file's metadata ask for: the EXIF block's, else that of XMP; 1 where there is none or it is broken.
     *
     * @param exif an EXIF block, with or without its header, or null
     * @param xmp an XMP packet, or null
     */
    static int orientation(byte[] exif, byte[] xmp) {
        int orientation = exif == null ? 0 : inExif(exif);
        if (orientation == 0 && xmp != null) {
            Matcher matcher = XMP.matcher(new String(xmp, StandardCharsets.ISO_8859_1));
            orientation = matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
        }
        return orientation == 0 ? 1 : orientation;
    }

    /** Of the first directory of the TIFF file that EXIF is; 0 where it has none. */
    private static int inExif(byte[] exif) {
        int start = new String(exif, 0, Math.min(6, exif.length), StandardCharsets.ISO_8859_1).equals("Exif\0\0") ? 6 : 0;
        ByteBuffer tiff = ByteBuffer.wrap(exif, start, exif.length - start).slice();
        if (tiff.limit() < 8) {
            return 0;
        }
        tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        long directory = Integer.toUnsignedLong(tiff.getInt(4));
        if (directory + 2 > tiff.limit()) {
            return 0;
        }
        int entries = Short.toUnsignedInt(tiff.getShort((int) directory));
        for (int i = 0; i < entries && directory + 2 + 12L * (i + 1) <= tiff.limit(); i++) {
            int entry = (int) directory + 2 + 12 * i;
            if (Short.toUnsignedInt(tiff.getShort(entry)) == ORIENTATION) {
                return Short.toUnsignedInt(tiff.getShort(entry + 2)) == 4 ? tiff.getInt(entry + 8) : tiff.getShort(entry + 8);
            }
        }
        return 0;
    }
}
