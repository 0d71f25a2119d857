package org.bitrank.engine.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PictureTokensTest {
    private static ImageSource picture(int content) {
        return ImageSource.of("picture " + content, new byte[] {(byte) content});
    }

    @Test
    void numbersTheRowsOfPicturesOneBehindTheOther() {
        var tokens = new PictureTokens(image -> image.bytes()[0]);
        assertThat(tokens.of(picture(3)).ids()).containsExactly(-1, -2, -3);
        assertThat(tokens.of(picture(2)).ids()).containsExactly(-4, -5);
        assertThat(tokens.at(-3).image()).isEqualTo(picture(3));
        assertThat(tokens.at(-4)).isEqualTo(new PictureTokens.Picture(picture(2), 3, 2));
        assertThat(tokens.pictures()).hasSize(2);
        assertThatThrownBy(() -> tokens.at(-6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tokens.at(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void equalBytesAreOnePictureWhereverTheyLie(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("a.png"), new byte[] {2});
        var tokens = new PictureTokens(image -> image.bytes()[0]);
        assertThat(tokens.of(ImageSource.of(file))).isEqualTo(tokens.of(picture(2)));
        assertThat(tokens.pictures()).hasSize(1);
        assertThat(ImageSource.of(file)).hasToString(picture(2).toString()).isNotEqualTo(picture(3));
    }

    @Test
    void tellsThatAPictureIsNotThere(@TempDir Path folder) {
        var absent = ImageSource.of(folder.resolve("absent.png"));
        assertThatThrownBy(absent::bytes).isInstanceOf(BitRankException.class).hasMessageContaining("absent.png").hasMessageContaining("is not there");
    }
}
