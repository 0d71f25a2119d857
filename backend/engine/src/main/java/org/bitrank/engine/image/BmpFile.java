package org.bitrank.engine.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A BMP file. */
record BmpFile(byte[] bytes, ImageSize size) implements PictureFile {
    static final Magic MAGIC = new Magic("BM");
    private static final int OLDEST_HEADER = 12;

    static BmpFile of(byte[] bytes) {
        ByteBuffer header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        if (header.getInt(14) == OLDEST_HEADER) {
            return new BmpFile(bytes, new ImageSize(Short.toUnsignedInt(header.getShort(20)), Short.toUnsignedInt(header.getShort(18))));
        }
        // A negative height says that the rows begin at the top.
        return new BmpFile(bytes, new ImageSize(Math.abs(header.getInt(22)), header.getInt(18)));
    }

    @Override
    public Pixels pixels() throws IOException {
        return PlatformReader.read("bmp", bytes, reader -> RasterColours.of(reader.read(0), false));
    }
}
