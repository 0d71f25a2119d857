package org.bitrank.engine.tasks;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import javax.imageio.ImageIO;

/** Pictures of one colour, for tests. */
final class SmallPicture {
    private SmallPicture() {}

    /** A small file whose header says that the picture has so many pixels a side. */
    static byte[] pngClaiming(int side) throws IOException {
        byte[] file = png(2, 2, 0);
        var header = ByteBuffer.wrap(file);
        header.putInt(16, side).putInt(20, side);
        var checksum = new CRC32();
        checksum.update(file, 12, 17);
        header.putInt(29, (int) checksum.getValue());
        return file;
    }

    static byte[] png(int width, int height, int colour) throws IOException {
        var image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                image.setRGB(x, y, colour);
            }
        }
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
