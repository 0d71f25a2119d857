package org.bitrank.engine.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/** A PNG file. */
final class PngFile implements PictureFile {
    static final Magic MAGIC = new Magic("\u0089PNG\r\n\u001a\n");
    private static final int HEADER = 8;
    private static final int GREY = 0;

    private final byte[] bytes;
    private final int width;
    private final int height;
    private final int depth;
    private final int colourType;
    private byte[] exif;
    private byte[] xmp;

    private PngFile(byte[] bytes, ByteBuffer header) {
        this.bytes = bytes;
        this.width = header.getInt(16);
        this.height = header.getInt(20);
        this.depth = header.get(24);
        this.colourType = header.get(25);
    }

    static PngFile of(byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (bytes.length < 33 || !name(buffer, HEADER).equals("IHDR")) {
            throw new IOException("it has no header");
        }
        var file = new PngFile(bytes, buffer);
        file.readMetadata(buffer);
        return file;
    }

    private void readMetadata(ByteBuffer buffer) throws IOException {
        long at = HEADER;
        while (at + 12 <= bytes.length) {
            long length = Integer.toUnsignedLong(buffer.getInt((int) at));
            if (at + 12 + length > bytes.length) {
                return;
            }
            int data = (int) at + 8;
            checkSum(buffer, (int) at, (int) length);
            switch (name(buffer, (int) at)) {
                case "eXIf" -> exif = Arrays.copyOfRange(bytes, data, data + (int) length);
                case "iTXt" -> {
                    byte[] text = Arrays.copyOfRange(bytes, data, data + (int) length);
                    xmp = new String(text, StandardCharsets.ISO_8859_1).startsWith("XML:com.adobe.xmp\0") ? text : xmp;
                }
                default -> {}
            }
            at += 12 + length;
        }
    }

    /** As PIL does, of all but the pixels' own chunks, whose compression has a check sum inside. */
    private static void checkSum(ByteBuffer buffer, int at, int length) throws IOException {
        var sum = new CRC32();
        sum.update(buffer.array(), at + 4, 4 + length);
        if (!name(buffer, at).equals("IDAT") && (int) sum.getValue() != buffer.getInt(at + 8 + length)) {
            throw new IOException("its chunk " + name(buffer, at) + " is damaged");
        }
    }

    private static String name(ByteBuffer buffer, int at) {
        return new String(buffer.array(), at + 4, 4, StandardCharsets.ISO_8859_1);
    }

    @Override
    public ImageSize size() {
        return new ImageSize(height, width);
    }

    @Override
    public int orientation() {
        return Turn.orientation(exif, xmp);
    }

    @Override
    public Pixels pixels() throws IOException {
        // PIL keeps 16 bits of grey alone as they are, and cuts them off when it makes them bytes.
        boolean saturated = colourType == GREY && depth == 16;
        return PlatformReader.read("png", bytes, reader -> RasterColours.of(reader.read(0), saturated));
    }
}
