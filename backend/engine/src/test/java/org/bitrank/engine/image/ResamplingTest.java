package org.bitrank.engine.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Random;
import org.bitrank.engine.SharedFiles;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class ResamplingTest {
    @Test
    void resizesAsPilDoesToTheBit() throws IOException {
        Path folder = SharedFiles.path("fixtures/hf/resize");
        JsonNode rows = Fixtures.json(folder.resolve("manifest.json")).get("rows");
        assertThat(rows.size()).isGreaterThan(15);
        for (JsonNode row : rows) {
            Pixels source = Fixtures.read(folder.resolve(row.get("source").stringValue()));
            Pixels expected = Fixtures.read(folder.resolve(row.get("result").stringValue()));
            var filter = Resampling.valueOf(row.get("filter").stringValue().toUpperCase(Locale.ROOT));
            Pixels result = filter.resize(source, row.get("w").intValue(), row.get("h").intValue());
            assertThat(result).as(row.get("result").stringValue()).isEqualTo(expected);
        }
    }

    @Test
    void computesAPartAsItIsInTheWhole() {
        Pixels picture = random(61, 47);
        for (int[] size : new int[][] {{30, 20}, {61, 20}, {30, 47}, {90, 130}, {90, 20}, {61, 47}}) {
            for (Resampling filter : Resampling.values()) {
                Pixels whole = filter.resize(picture, size[0], size[1]);
                assertThat(filter.part(picture, size[0], size[1], 7, 3, 11, 16)).isEqualTo(whole.crop(7, 3, 11, 16));
            }
        }
    }

    @Test
    void cutsAThreadOfAPictureWithoutComputingItAll() {
        Pixels thread = random(1_000_000, 1);
        Pixels centre = Resampling.BICUBIC.part(thread, 336_000_000, 336, 168_000_000 - 168, 0, 336, 336);
        assertThat(centre.width()).isEqualTo(336);
        assertThat(centre.height()).isEqualTo(336);
    }

    private static Pixels random(int width, int height) {
        Pixels picture = Pixels.filled(width, height, 0, 0, 0);
        new Random(5).nextBytes(picture.rgb());
        return picture;
    }
}
