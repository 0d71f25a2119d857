package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.ProcessedImage;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;

/** What is counted from a picture's header is what becomes of its pixels. */
class PictureReaderTest {
    private static final Path REFERENCE = ModelCatalog.installation().orElseThrow().resolve("datasets/reference");

    private static List<Path> pictures() throws IOException {
        try (Stream<Path> found = Files.walk(REFERENCE.resolve("tasks/images"))) {
            return found.filter(file -> file.toString().endsWith("0.png")).sorted().toList();
        }
    }

    @Test
    void theHeaderTellsHowManyTilesAndTokensThereWillBe() throws IOException {
        try (Checkpoint checkpoint = Checkpoint.open(REFERENCE.resolve("micro-llava"))) {
            VisionConfig vision = ModelConfig.of(checkpoint.config()).vision();
            PictureReader reader = PictureReader.of(checkpoint, vision);
            assertThat(pictures()).hasSizeGreaterThan(40);
            for (Path file : pictures()) {
                ImageSource image = ImageSource.of(file);
                ProcessedImage read = reader.read(image);
                assertThat(reader.tiles(image)).as(file.toString()).isEqualTo(read.tiles());
                assertThat(reader.tokens(image)).as(file.toString()).isEqualTo(PictureRows.of(vision, read.original(), read.resolution()).length);
            }
        }
    }

    @Test
    void countingDecodesNothing() throws IOException {
        Path whole = pictures().getFirst();
        var cut = ImageSource.of("cut.png", Arrays.copyOf(Files.readAllBytes(whole), 100));
        try (Checkpoint checkpoint = Checkpoint.open(REFERENCE.resolve("micro-llava"))) {
            PictureReader reader = PictureReader.of(checkpoint, ModelConfig.of(checkpoint.config()).vision());
            assertThat(reader.tokens(cut)).isEqualTo(reader.tokens(ImageSource.of(whole)));
            assertThatThrownBy(() -> reader.check(cut)).isInstanceOf(BitRankException.class).hasMessageContaining("cut.png");
        }
    }
}
