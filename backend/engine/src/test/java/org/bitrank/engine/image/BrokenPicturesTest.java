package org.bitrank.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** Files cut and changed at random: a picture or a reason, never another failure, and soon. */
class BrokenPicturesTest {
    private static final int VARIANTS = 60;

    /** Against hanging: the slowest takes a fraction of a second on a quiet machine. */
    private static final Duration SOON = Duration.ofMinutes(2);

    @Test
    void everyBrokenFileIsReadOrRefused() throws IOException, URISyntaxException {
        List<Path> files;
        try (Stream<Path> all = Files.list(ImageDecoderTest.pictures())) {
            files = all.filter(file -> file.toString().matches(".*\\.(jpg|png|webp|gif|bmp)")).sorted().toList();
        }
        var random = new Random(77);
        int refused = 0;
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            for (int i = 0; i < VARIANTS; i++) {
                refused += isRefused(file.getFileName() + " variant " + i, broken(whole, random)) ? 1 : 0;
            }
        }
        assertThat(refused).isBetween(files.size() * VARIANTS / 4, files.size() * VARIANTS - 1);
    }

    private static boolean isRefused(String name, byte[] bytes) {
        return Assertions.assertTimeout(SOON, () -> {
            try {
                ImageDecoder.decode(ImageSource.of(name, bytes));
                return false;
            } catch (BitRankException expected) {
                assertThat(expected).hasMessageContaining(name);
                return true;
            } catch (Throwable other) {
                throw new AssertionError(name + " led to " + other, other);
            }
        });
    }

    private static byte[] broken(byte[] whole, Random random) {
        byte[] bytes = random.nextInt(3) == 0 ? Arrays.copyOf(whole, random.nextInt(whole.length)) : whole.clone();
        int changes = random.nextInt(4);
        for (int i = 0; i < changes && bytes.length > 0; i++) {
            // Headers are where most can go wrong.
            int at = random.nextInt(random.nextBoolean() ? Math.min(64, bytes.length) : bytes.length);
            bytes[at] = (byte) (random.nextBoolean() ? random.nextInt(256) : random.nextInt(2) * 255);
        }
        return bytes;
    }
}
