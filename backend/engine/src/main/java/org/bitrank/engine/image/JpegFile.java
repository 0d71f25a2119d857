package org.bitrank.engine.image;

import java.awt.image.Raster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.imageio.ImageReader;

/**
 * A JPEG file. The JDK's decoder gives the stored components (its integer inverse transform and its upsampling are libjpeg's, as
 * PIL's are); which colours they are is decided here by libjpeg's rules, for the JDK's differ and apply embedded profiles.
 */
final class JpegFile implements PictureFile {
    static final Magic MAGIC = new Magic("\u00ff\u00d8\u00ff");
    private static final String XMP = "http://ns.adobe.com/xap/1.0/\0";

    /** @param across samples beside one another in a block of the picture; {@code down} are those below one another */
    record Component(int id, int across, int down) {}

    private final byte[] bytes;
    private final List<Component> components = new ArrayList<>();
    private final ByteArrayOutputStream exif = new ByteArrayOutputStream();
    private byte[] xmp;
    private int width;
    private int height;
    private boolean jfif;
    /** Of Adobe's marker; -1 where there is none. */
    private int transform = -1;

    private JpegFile(byte[] bytes) {
        this.bytes = bytes;
    }

    static JpegFile of(byte[] bytes) throws IOException {
        var file = new JpegFile(bytes);
        file.readMarkers();
        if (file.components.isEmpty()) {
            throw new IOException("it has no frame");
        }
        return file;
    }

    private void readMarkers() {
        int at = 2;
        while (true) {
            while (at < bytes.length && (bytes[at] & 255) != 255) {
                at++;
            }
            while (at < bytes.length && (bytes[at] & 255) == 255) {
                at++;
            }
            if (at + 2 >= bytes.length) {
                return;
            }
            int marker = bytes[at++] & 255;
            if (marker == 0xd9 || marker == 0xda) {
                return;
            }
            if (marker == 0 || marker == 1 || (marker >= 0xd0 && marker <= 0xd8)) {
                continue;
            }
            int length = unsigned(at);
            if (length >= 2 && at + length <= bytes.length) {
                readSegment(marker, at + 2, length - 2);
            }
            at += Math.max(2, length);
        }
    }

    private void readSegment(int marker, int at, int length) {
        if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc) {
            readFrame(at, length);
        } else if (marker == 0xe0 && length >= 14 && startsWith(at, "JFIF\0")) {
            jfif = true;
        } else if (marker == 0xee && length >= 12 && startsWith(at, "Adobe")) {
            transform = bytes[at + 11] & 255;
        } else if (marker == 0xe1 && startsWith(at, "Exif\0\0")) {
            int header = exif.size() == 0 ? 0 : 6;
            exif.write(bytes, at + header, length - header);
        } else if (marker == 0xe1 && startsWith(at, XMP)) {
            xmp = Arrays.copyOfRange(bytes, at, at + length);
        }
    }

    private void readFrame(int at, int length) {
        if (length < 6 || !components.isEmpty()) {
            return;
        }
        height = unsigned(at + 1);
        width = unsigned(at + 3);
        int count = bytes[at + 5] & 255;
        for (int i = 0; i < count && 6 + 3 * (i + 1) <= length; i++) {
            int sampling = bytes[at + 7 + 3 * i] & 255;
            components.add(new Component(bytes[at + 6 + 3 * i] & 255, sampling >> 4, sampling & 15));
        }
    }

    private boolean startsWith(int at, String text) {
        return at + text.length() <= bytes.length
                && new String(bytes, at, text.length(), StandardCharsets.ISO_8859_1).equals(text);
    }

    private int unsigned(int at) {
        return (bytes[at] & 255) << 8 | (bytes[at + 1] & 255);
    }

    @Override
    public ImageSize size() {
        return new ImageSize(height, width);
    }

    @Override
    public int orientation() {
        return Turn.orientation(exif.size() == 0 ? null : exif.toByteArray(), xmp);
    }

    @Override
    public Pixels pixels() throws IOException {
        var cutOff = new AtomicBoolean();
        Raster raster = PlatformReader.read("jpeg", bytes, reader -> {
            reader.addIIOReadWarningListener((_, warning) -> cutOff.compareAndSet(false, tellsOfTheEnd(warning)));
            return readRaster(reader);
        });
        if (cutOff.get()) {
            throw new IOException("it is cut off");
        }
        int count = raster.getNumBands();
        if (raster.getWidth() != width || raster.getHeight() != height || count != components.size()) {
            throw new IOException("it is not the picture that its header says");
        }
        var samples = (byte[]) raster.getDataElements(0, 0, width, height, null);
        for (int i = 0; i < count; i++) {
            if (isHalvedDownOnly(components.get(i))) {
                JpegSamples.smoothDown(samples, width, height, count, i);
            }
        }
        return new Pixels(width, height, JpegSamples.toRgb(samples, colours()));
    }

    private static Raster readRaster(ImageReader reader) throws IOException {
        try {
            return reader.readRaster(0, null);
        } catch (IOException failure) {
            if (String.valueOf(failure.getMessage()).contains("arithmetic")) {
                throw new UnsupportedPicture("a JPEG file of arithmetic coding");
            }
            throw failure;
        }
    }

    private static boolean tellsOfTheEnd(String warning) {
        return warning.contains("Premature end") || warning.contains("EOI");
    }

    private boolean isHalvedDownOnly(Component component) {
        int across = components.stream().mapToInt(Component::across).max().orElseThrow();
        int down = components.stream().mapToInt(Component::down).max().orElseThrow();
        return component.across() == across && 2 * component.down() == down;
    }

    /** libjpeg's rules: the markers of JFIF and Adobe say it, else the components' numbers. */
    private JpegSamples.Colours colours() throws UnsupportedPicture {
        return switch (components.size()) {
            case 1 -> JpegSamples.Colours.GREY;
            case 3 -> {
                boolean named = components.get(0).id() == 'R' && components.get(1).id() == 'G' && components.get(2).id() == 'B';
                boolean plain = !jfif && (transform == 0 || (transform < 0 && named));
                yield plain ? JpegSamples.Colours.RGB : JpegSamples.Colours.YCC;
            }
            case 4 -> transform <= 0 ? JpegSamples.Colours.CMYK : JpegSamples.Colours.YCCK;
            default -> throw new UnsupportedPicture("a JPEG file of " + components.size() + " components");
        };
    }
}
