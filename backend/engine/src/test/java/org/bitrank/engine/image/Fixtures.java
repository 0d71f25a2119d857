package org.bitrank.engine.image;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import javax.imageio.ImageIO;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What the tests with PIL's pictures share. */
final class Fixtures {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Fixtures() {}

    static ObjectNode json(Path file) throws IOException {
        return (ObjectNode) MAPPER.readTree(Files.readAllBytes(file));
    }

    static ObjectNode json(String text) {
        return (ObjectNode) MAPPER.readTree(text.replace('\'', '"'));
    }

    static Pixels read(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        var pixels = Pixels.filled(image.getWidth(), image.getHeight(), 0, 0, 0);
        for (int i = 0; i < pixels.rgb().length; i++) {
            int band = image.getRaster().getNumBands() == 1 ? 0 : i % 3;
            pixels.rgb()[i] = (byte) image.getRaster().getSample(i / 3 % image.getWidth(), i / 3 / image.getWidth(), band);
        }
        return pixels;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError(impossible);
        }
    }

    /** Of the little-endian bytes. */
    static String sha256(float[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return sha256(bytes.array());
    }
}
