package org.bitrank.engine.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.bitrank.engine.Sha256;
import org.bitrank.kernels.BitRankException;

/**
 * A picture file that is not read yet, or its bytes. Equal bytes are equal pictures, whatever they are called. Safe for use by
 * several threads.
 */
public final class ImageSource {
    private final String name;
    private final Path file;
    private final Supplier<byte[]> bytes;
    private volatile String sha256;

    private ImageSource(String name, Path file, Supplier<byte[]> bytes, String sha256) {
        this.name = name;
        this.file = file;
        this.bytes = bytes;
        this.sha256 = sha256;
    }

    /** A file, read whenever its bytes are asked for: a benchmark's pictures need not be in memory at once. */
    public static ImageSource of(Path file) {
        return new ImageSource(file.toString(), file, null, null);
    }

    /** @param name what messages call the picture */
    public static ImageSource of(String name, byte[] bytes) {
        byte[] own = bytes.clone();
        return new ImageSource(name, null, own::clone, null);
    }

    /**
     * A picture that lies within something larger.
     *
     * @param sha256 of its bytes
     * @param bytes reads them, as often as they are asked for; the array is the caller's
     */
    public static ImageSource of(String name, String sha256, Supplier<byte[]> bytes) {
        return new ImageSource(name, null, bytes, sha256);
    }

    /** What messages call the picture: its file, or the place in a data set that it comes from. */
    public String name() {
        return name;
    }

    /** The encoded picture. Throws {@link BitRankException} of class DATA_MISSING where the file is not there. */
    public byte[] bytes() {
        if (bytes != null) {
            return bytes.get();
        }
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException failure) {
            throw BitRankException.dataMissing("the picture " + name + " is not there; check the folder of the data set's pictures");
        } catch (IOException failure) {
            throw BitRankException.dataMissing("the picture " + name + " cannot be read: " + failure.getMessage());
        }
    }

    /** Of the encoded bytes, in hexadecimal. */
    public String sha256() {
        if (sha256 == null) {
            sha256 = Sha256.of(bytes());
        }
        return sha256;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ImageSource image && sha256().equals(image.sha256());
    }

    @Override
    public int hashCode() {
        return sha256().hashCode();
    }

    /** Names the content, so that a fingerprint over requests changes with a picture's bytes and with nothing else of it. */
    @Override
    public String toString() {
        return "picture " + sha256();
    }
}
