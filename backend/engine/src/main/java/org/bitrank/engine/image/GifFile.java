package org.bitrank.engine.image;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A GIF file: its first frame, which may cover a part of the screen only. */
final class GifFile implements PictureFile {
    static final Magic MAGIC = new Magic("GIF8?a", 4, 5);
    private static final int SCREEN = 13;

    private final byte[] bytes;
    private final ByteBuffer buffer;
    private int left;
    private int top;
    private int frameWidth;
    private int frameHeight;
    private int transparent;
    /** Where the frame's palette begins, and its colours. */
    private int palette;
    private int colours;

    private GifFile(byte[] bytes) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static GifFile of(byte[] bytes) throws IOException {
        var file = new GifFile(bytes);
        file.readHeader();
        return file;
    }

    private void readHeader() throws IOException {
        int at = SCREEN + readPalette(10, SCREEN);
        while (at < bytes.length && bytes[at] != ';') {
            if (bytes[at] == ',') {
                left = unsigned(at + 1);
                top = unsigned(at + 3);
                frameWidth = unsigned(at + 5);
                frameHeight = unsigned(at + 7);
                readPalette(at + 9, at + 10);
                return;
            }
            boolean extension = bytes[at] == '!';
            if (extension) {
                // A graphic control says which colour stands for nothing.
                if ((bytes[at + 1] & 255) == 249 && bytes[at + 2] >= 4 && (bytes[at + 3] & 1) != 0) {
                    transparent = bytes[at + 6] & 255;
                }
                at += 2;
                while (bytes[at] != 0) {
                    at += 1 + (bytes[at] & 255);
                }
            }
            at++;
        }
        throw new IOException("it has no frame");
    }

    /** Takes the palette that the flags speak of; its length in bytes, 0 where they speak of none. */
    private int readPalette(int flags, int at) {
        if ((bytes[flags] & 128) == 0) {
            return 0;
        }
        palette = at;
        colours = 2 << (bytes[flags] & 7);
        return 3 * colours;
    }

    private int unsigned(int at) {
        return Short.toUnsignedInt(buffer.getShort(at));
    }

    @Override
    public ImageSize size() {
        return new ImageSize(Math.max(unsigned(8), top + frameHeight), Math.max(unsigned(6), left + frameWidth));
    }

    @Override
    public Pixels pixels() throws IOException {
        BufferedImage frame = PlatformReader.read("gif", bytes, reader -> reader.read(0));
        Raster raster = frame.getRaster();
        if (frame.getWidth() != frameWidth || frame.getHeight() != frameHeight) {
            throw new IOException("its first frame is not what its header says");
        }
        ImageSize size = size();
        Pixels screen = Pixels.filled(size.width(), size.height(), colour(transparent, 0), colour(transparent, 1), colour(transparent, 2));
        for (int y = 0; y < frameHeight; y++) {
            int at = 3 * ((top + y) * size.width() + left);
            for (int x = 0; x < frameWidth; x++) {
                int index = raster.getSample(x, y, 0);
                for (int channel = 0; channel < 3; channel++) {
                    screen.rgb()[at++] = (byte) colour(index, channel);
                }
            }
        }
        return screen;
    }

    /** Without a palette the indices are greys. */
    private int colour(int index, int channel) {
        return colours == 0 ? index : index >= colours ? 0 : bytes[palette + 3 * index + channel] & 255;
    }
}
