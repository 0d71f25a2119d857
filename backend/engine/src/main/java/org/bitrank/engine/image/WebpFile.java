package org.bitrank.engine.image;

import com.luciad.imageio.webp.WebPImageReaderSpi;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** A WebP file, decoded by libwebp; of an animation the first frame, which libwebp's plain decoder does not take. */
final class WebpFile implements PictureFile {
    static final Magic MAGIC = new Magic("RIFF????WEBP", 4, 8);
    private static final int CHUNKS = 12;

    private final ByteBuffer buffer;
    private final byte[] bytes;
    private ImageSize size;
    private byte[] exif;
    private byte[] xmp;
    /** Where the first frame of an animation begins, and ends; 0 for a still picture. */
    private int frame;
    private int frameEnd;

    private WebpFile(byte[] bytes) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    static WebpFile of(byte[] bytes) throws IOException {
        var file = new WebpFile(bytes);
        if (8 + Integer.toUnsignedLong(file.buffer.getInt(4)) > bytes.length) {
            throw new IOException("it is cut off");
        }
        file.readChunks();
        if (file.size == null) {
            throw new IOException("it has no picture");
        }
        return file;
    }

    private void readChunks() {
        long at = CHUNKS;
        while (at + 8 <= bytes.length) {
            int data = (int) at + 8;
            long length = Integer.toUnsignedLong(buffer.getInt((int) at + 4));
            int end = (int) Math.min(bytes.length, data + length);
            switch (name((int) at)) {
                case "VP8X" -> size = new ImageSize(1 + unsigned24(data + 7), 1 + unsigned24(data + 4));
                case "VP8 " -> size = size == null ? lossySize(data) : size;
                case "VP8L" -> size = size == null ? losslessSize(data) : size;
                case "ANMF" -> {
                    frameEnd = frame == 0 ? end : frameEnd;
                    frame = frame == 0 ? data : frame;
                }
                case "EXIF" -> exif = Arrays.copyOfRange(bytes, data, end);
                case "XMP " -> xmp = Arrays.copyOfRange(bytes, data, end);
                default -> {}
            }
            at = data + length + (length & 1);
        }
    }

    private ImageSize lossySize(int data) {
        return new ImageSize(buffer.getShort(data + 8) & 0x3fff, buffer.getShort(data + 6) & 0x3fff);
    }

    private ImageSize losslessSize(int data) {
        int sizes = buffer.getInt(data + 1);
        return new ImageSize(1 + (sizes >> 14 & 0x3fff), 1 + (sizes & 0x3fff));
    }

    private String name(int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1);
    }

    private int unsigned24(int at) {
        return Short.toUnsignedInt(buffer.getShort(at)) | (buffer.get(at + 2) & 255) << 16;
    }

    @Override
    public ImageSize size() {
        return size;
    }

    @Override
    public int orientation() {
        return Turn.orientation(exif, xmp);
    }

    @Override
    public Pixels pixels() throws IOException {
        if (frame == 0) {
            Pixels decoded = decode(picture(CHUNKS, bytes.length));
            if (decoded.width() != size.width() || decoded.height() != size.height()) {
                throw new IOException("it is not the picture that its header says");
            }
            return decoded;
        }
        int left = 2 * unsigned24(frame);
        int top = 2 * unsigned24(frame + 3);
        if (left + 1L + unsigned24(frame + 6) > size.width() || top + 1L + unsigned24(frame + 9) > size.height()) {
            throw new IOException("its first frame does not lie within it");
        }
        return Pixels.filled(size.width(), size.height(), 0, 0, 0).with(decode(picture(frame + 16, frameEnd)), left, top);
    }

    /**
     * The first picture in a stretch of chunks, as a plain file of its own: without the alpha of lossy pictures, which lies in a
     * chunk apart and is not needed.
     */
    private byte[] picture(int from, int to) throws IOException {
        long at = from;
        while (at + 8 <= to) {
            long length = Integer.toUnsignedLong(buffer.getInt((int) at + 4));
            long end = at + 8 + length + (length & 1);
            String name = name((int) at);
            if (name.equals("VP8 ") || name.equals("VP8L")) {
                int kept = (int) (Math.min(end, to) - at);
                ByteBuffer plain = ByteBuffer.allocate(CHUNKS + kept).order(ByteOrder.LITTLE_ENDIAN);
                plain.put("RIFF".getBytes(StandardCharsets.ISO_8859_1)).putInt((int) Math.min(4 + end - at, Integer.MAX_VALUE));
                return plain.put("WEBP".getBytes(StandardCharsets.ISO_8859_1)).put(bytes, (int) at, kept).array();
            }
            at = end;
        }
        throw new IOException("it has no picture");
    }

    private static Pixels decode(byte[] plain) throws IOException {
        ImageReader reader;
        try {
            reader = new WebPImageReaderSpi().createReaderInstance(null);
        } catch (LinkageError failure) {
            throw new UnsupportedPicture("a WebP file, for which this platform has no libwebp (%s)".formatted(failure.getMessage()));
        }
        try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(plain))) {
            reader.setInput(stream, true, true);
            BufferedImage image = reader.read(0);
            return RasterColours.of(image, false);
        } finally {
            reader.dispose();
        }
    }
}
