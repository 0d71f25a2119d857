package org.bitrank.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.SharedFiles;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ImageDecoderTest {
    /** Small files of many kinds, with what PIL reads from them; {@code make.py} beside them made both. */
    static Path pictures() throws URISyntaxException {
        URL script = ImageDecoderTest.class.getResource("/pictures/make.py");
        return Path.of(script.toURI()).getParent();
    }

    @Test
    void readsEveryKindOfFileAsPilToTheBit() throws IOException, URISyntaxException {
        Path folder = pictures();
        int compared = 0;
        for (Map.Entry<String, JsonNode> entry : Fixtures.json(folder.resolve("expected.json")).properties()) {
            if (entry.getKey().equals("arithmetic.jpg")) {
                continue;
            }
            var source = ImageSource.of(folder.resolve(entry.getKey()));
            JsonNode expected = entry.getValue();
            Pixels pixels = ImageDecoder.decode(source);
            var size = new ImageSize(expected.get("height").intValue(), expected.get("width").intValue());
            assertThat(new ImageSize(pixels.height(), pixels.width())).as(entry.getKey()).isEqualTo(size);
            assertThat(Sha256.of(pixels.rgb())).as(entry.getKey()).isEqualTo(expected.get("sha256").stringValue());
            assertThat(ImageDecoder.size(source, ImageDecoder.Orientation.HEEDED)).as(entry.getKey()).isEqualTo(size);
            compared++;
        }
        assertThat(compared).isGreaterThan(50);
    }

    @Test
    void readsTheSharedPicturesAsPil() throws IOException {
        Path folder = SharedFiles.path("fixtures/hf/images");
        for (JsonNode image : Fixtures.json(folder.resolve("expected.json")).get("images")) {
            String file = image.get("file").stringValue();
            var source = ImageSource.of(folder.resolve("source").resolve(file));
            assertThat(Sha256.of(ImageDecoder.decode(source).rgb()))
                    .as(file)
                    .isEqualTo(image.get("rgb_uint8_hwc_sha256").stringValue());
            if (image.has("rgb_orientation_ignored_sha256")) {
                Pixels stored = ImageDecoder.decode(source, ImageDecoder.Orientation.IGNORED);
                assertThat(Sha256.of(stored.rgb())).as(file).isEqualTo(image.get("rgb_orientation_ignored_sha256").stringValue());
                assertThat(ImageDecoder.size(source, ImageDecoder.Orientation.IGNORED))
                        .isEqualTo(new ImageSize(stored.height(), stored.width()));
            }
        }
    }

    @Test
    void refusesWhatIsNoPicture(@TempDir Path folder) {
        assertRefused("empty", new byte[0], "is empty");
        assertRefused("text", "a text, not a picture".getBytes(), "no JPEG, PNG, WebP, GIF or BMP file");
        assertRefused("start", new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff}, "has no frame");
        assertThatThrownBy(() -> ImageDecoder.decode(ImageSource.of(folder.resolve("absent.png"))))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.DATA_MISSING));
    }

    @Test
    void refusesFilesThatEndTooEarly() throws IOException, URISyntaxException {
        for (String file : new String[] {"sampled-420.jpg", "progressive.jpg", "gamma.png", "lossy.webp", "lossless.webp", "animated.webp", "palette.gif", "32.bmp"}) {
            byte[] bytes = Files.readAllBytes(pictures().resolve(file));
            assertRefused(file, Arrays.copyOf(bytes, bytes.length / 2), "cannot be read");
        }
        byte[] jpeg = Files.readAllBytes(pictures().resolve("sampled-420.jpg"));
        assertRefused("no end marker", Arrays.copyOf(jpeg, jpeg.length - 2), "cut off");
    }

    @Test
    void refusesBombsBeforeTheyAreDecoded() throws IOException, URISyntaxException {
        byte[] png = Files.readAllBytes(pictures().resolve("gamma.png"));
        ByteBuffer.wrap(png).putInt(16, 30_000).putInt(20, 30_000);
        assertRefused("damaged", png, "its chunk IHDR is damaged");
        var sum = new CRC32();
        sum.update(png, 12, 17);
        ByteBuffer.wrap(png).putInt(29, (int) sum.getValue());
        assertRefused("bomb", png, "30000x30000 pixels, more than the 89478485");
        byte[] gif = Files.readAllBytes(pictures().resolve("palette.gif"));
        gif[6] = gif[7] = gif[8] = gif[9] = (byte) 255;
        assertRefused("bomb", gif, "65535x65535 pixels");
        byte[] jpeg = Files.readAllBytes(pictures().resolve("sampled-420.jpg"));
        int frame = new String(jpeg, StandardCharsets.ISO_8859_1).indexOf("\u00ff\u00c0");
        ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 0);
        assertRefused("no height", jpeg, "its header says 23x0 pixels");
    }

    @Test
    void saysWhatItCannotDecode() throws URISyntaxException {
        var source = ImageSource.of(pictures().resolve("arithmetic.jpg"));
        assertThatThrownBy(() -> ImageDecoder.decode(source))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.UNSUPPORTED))
                .hasMessageContaining("arithmetic coding; save it as PNG");
    }

    private static void assertRefused(String name, byte[] bytes, String word) {
        assertThatThrownBy(() -> ImageDecoder.decode(ImageSource.of(name, bytes)))
                .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining(name)
                .hasMessageContaining(word);
    }
}
