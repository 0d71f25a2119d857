package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class VisualEmbeddingsTest {
    private static final int WIDTH = 2;

    private final Backend backend = new ReferenceBackend(ComputeType.FLOAT32);
    private final PictureTokens tokens = new PictureTokens(image -> image.bytes()[0]);
    private final List<Integer> encoded = new ArrayList<>();

    /** Row {@code r} of a picture of {@code n} rows is {@code n, r}. */
    private final VisualEmbeddings.Encoder encoder = new VisualEmbeddings.Encoder() {
        @Override
        public float[] encode(ImageSource image) {
            int rows = image.bytes()[0];
            encoded.add(rows);
            var features = new float[rows * WIDTH];
            for (int row = 0; row < rows; row++) {
                features[row * WIDTH] = rows;
                features[row * WIDTH + 1] = row;
            }
            return features;
        }

        @Override
        public void close() {}
    };

    @AfterEach
    void closeBackend() {
        backend.close();
    }

    private static ImageSource picture(int rows) {
        return ImageSource.of("picture of " + rows, new byte[] {(byte) rows});
    }

    private float[] embedded(VisualEmbeddings embeddings, int... ids) {
        try (Tensor x = backend.upload(new float[ids.length * WIDTH], new Shape(ids.length, WIDTH))) {
            embeddings.embed(ids, x, backend);
            return backend.download(x);
        }
    }

    @Test
    void rowsOfPicturesTakeTheirPlacesAndWordsKeepTheirs() {
        try (var embeddings = new VisualEmbeddings(tokens, encoder, WIDTH, 1000)) {
            int[] three = tokens.of(picture(3)).ids();
            int[] two = tokens.of(picture(2)).ids();
            assertThat(embedded(embeddings, 7, three[0], three[1], three[2], two[0], two[1], 8))
                    .containsExactly(0, 0, 3, 0, 3, 1, 3, 2, 2, 0, 2, 1, 0, 0);
            // A batch may begin or end inside a picture, and show it twice.
            assertThat(embedded(embeddings, three[2], 5, three[0], three[1], two[1])).containsExactly(3, 2, 0, 0, 3, 0, 3, 1, 2, 1);
            assertThat(encoded).containsExactly(3, 2);
        }
    }

    @Test
    void theLeastRecentlyUsedFeaturesGoWhenMemoryForThemIsFull() {
        try (var embeddings = new VisualEmbeddings(tokens, encoder, WIDTH, 7 * WIDTH * Float.BYTES)) {
            int three = tokens.of(picture(3)).ids()[0];
            int four = tokens.of(picture(4)).ids()[0];
            int two = tokens.of(picture(2)).ids()[0];
            embedded(embeddings, three, four, three, two);
            assertThat(encoded).containsExactly(3, 4, 2);
            embedded(embeddings, three);
            assertThat(encoded).containsExactly(3, 4, 2);
            embedded(embeddings, four);
            assertThat(encoded).containsExactly(3, 4, 2, 4);
        }
    }

    @Test
    void aModelThatMakesAnotherNumberOfTokensIsRefused() {
        var others = new PictureTokens(_ -> 5);
        try (var embeddings = new VisualEmbeddings(others, encoder, WIDTH, 1000)) {
            int id = others.of(picture(3)).ids()[0];
            assertThatThrownBy(() -> embedded(embeddings, id))
                    .isInstanceOf(BitRankException.class)
                    .hasMessageContaining("picture of 3")
                    .hasMessageContaining("3 tokens")
                    .hasMessageContaining("5 places")
                    .extracting(failure -> ((BitRankException) failure).failureClass())
                    .isEqualTo(FailureClass.BAD_INPUT);
        }
    }
}
