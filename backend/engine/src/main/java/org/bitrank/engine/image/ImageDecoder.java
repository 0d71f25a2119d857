package org.bitrank.engine.image;

import java.io.IOException;
import org.bitrank.kernels.BitRankException;

/**
 * Picture files to pixels, as PIL's {@code Image.open(file).convert("RGB")} gives them: alpha is dropped without blending, a
 * palette's transparency ignored, 16-bit grey cut off at 255, Adobe's CMYK inverted; of several frames the first is taken.
 * JPEG, PNG, WebP, GIF and BMP are read, told by their content.
 */
public final class ImageDecoder {
    /** The most pixels a picture may have; PIL warns of decompression bombs from here. Its pixels are 256 MiB then. */
    static final long MOST_PIXELS = 89_478_485;

    /** Whether a picture is turned as its EXIF or XMP data ask. */
    public enum Orientation {
        /** As PIL's {@code exif_transpose} does, which transformers and the data sets of the hub call. */
        HEEDED,
        /** Pixels as they are stored: the original LLaVA code. */
        IGNORED
    }

    static {
        // The JDK's picture classes otherwise look for a screen where there may be half of a window system.
        if (System.getProperty("java.awt.headless") == null) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    private ImageDecoder() {}

    /** The picture, turned as it asks; failures are those of {@link #decode(ImageSource, Orientation)}. */
    public static Pixels decode(ImageSource source) {
        return decode(source, Orientation.HEEDED);
    }

    /**
     * @throws BitRankException of class BAD_INPUT where the file is broken, cut off, empty, of another format, or has more than
     *     89,478,485 pixels; UNSUPPORTED where it is a rare kind of its format; DATA_MISSING where there is no file
     */
    public static Pixels decode(ImageSource source, Orientation orientation) {
        byte[] bytes = source.bytes();
        return reading(source, bytes, () -> {
            PictureFile file = open(bytes);
            check(source, file.size());
            Pixels pixels = file.pixels();
            return orientation == Orientation.HEEDED ? Turn.of(file.orientation()).apply(pixels) : pixels;
        });
    }

    /** The size of the picture that {@link #decode} gives, read from the file's header; what lies behind may still be broken. */
    public static ImageSize size(ImageSource source, Orientation orientation) {
        byte[] bytes = source.bytes();
        return reading(source, bytes, () -> {
            PictureFile file = open(bytes);
            check(source, file.size());
            return orientation == Orientation.HEEDED ? Turn.of(file.orientation()).apply(file.size()) : file.size();
        });
    }

    private static PictureFile open(byte[] bytes) throws IOException {
        if (JpegFile.MAGIC.matches(bytes)) {
            return JpegFile.of(bytes);
        }
        if (PngFile.MAGIC.matches(bytes)) {
            return PngFile.of(bytes);
        }
        if (WebpFile.MAGIC.matches(bytes)) {
            return WebpFile.of(bytes);
        }
        if (GifFile.MAGIC.matches(bytes)) {
            return GifFile.of(bytes);
        }
        if (BmpFile.MAGIC.matches(bytes)) {
            return BmpFile.of(bytes);
        }
        throw new IOException("it is no JPEG, PNG, WebP, GIF or BMP file");
    }

    private static void check(ImageSource source, ImageSize size) throws IOException {
        if (size.width() < 1 || size.height() < 1) {
            throw new IOException("its header says " + size.width() + "x" + size.height() + " pixels");
        }
        if ((long) size.width() * size.height() > MOST_PIXELS) {
            throw BitRankException.badInput("the picture %s has %dx%d pixels, more than the %d that are read; make it smaller"
                    .formatted(source.name(), size.width(), size.height(), MOST_PIXELS));
        }
    }

    private interface Reading<T> {
        T run() throws IOException;
    }

    /** Decoders meet a broken file with whatever exception the broken place leads to; all of them mean the same. */
    private static <T> T reading(ImageSource source, byte[] bytes, Reading<T> reading) {
        if (bytes.length == 0) {
            throw BitRankException.badInput("the picture " + source.name() + " is empty; get it again");
        }
        try {
            return reading.run();
        } catch (BitRankException said) {
            throw said;
        } catch (UnsupportedPicture unsupported) {
            throw BitRankException.unsupported("the picture %s is %s; save it as PNG".formatted(source.name(), unsupported.getMessage()));
        } catch (IOException | RuntimeException broken) {
            String why = broken.getMessage() == null ? broken.getClass().getSimpleName() : broken.getMessage();
            throw BitRankException.badInput(
                    "the picture %s cannot be read: %s; get it again or leave it out".formatted(source.name(), why.lines().findFirst().orElse("")),
                    broken);
        }
    }
}
