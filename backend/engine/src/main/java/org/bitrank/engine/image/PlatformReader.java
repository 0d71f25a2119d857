package org.bitrank.engine.image;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** The JDK's picture decoders, fed from memory: no file is written and no metadata is parsed. */
final class PlatformReader {
    /** What is read with a reader that has its input. */
    interface Read<T> {
        T from(ImageReader reader) throws IOException;
    }

    private PlatformReader() {}

    static <T> T read(String format, byte[] bytes, Read<T> read) throws IOException {
        Iterator<ImageReader> readers = ImageIO.getImageReadersByFormatName(format);
        while (readers.hasNext()) {
            ImageReader reader = readers.next();
            // Only the JDK's own: one of a library on somebody's class path may round otherwise.
            if (!reader.getClass().getName().startsWith("com.sun.imageio.")) {
                continue;
            }
            try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
                reader.setInput(stream, true, true);
                return read.from(reader);
            } finally {
                reader.dispose();
            }
        }
        throw new UnsupportedPicture("of a format that this Java runtime cannot decode (its module java.desktop is missing): " + format);
    }
}
