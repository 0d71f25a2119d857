package org.bitrank.engine.model;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.PictureTokens;
import org.bitrank.engine.image.PictureTokens.Picture;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * What stands in the residual stream where a prompt shows pictures: each token of a picture, an id below zero, is a row of its
 * features. They are computed when a batch first needs them and held, for all questions about the picture, as long as memory
 * for them lasts; the ones that were not needed for the longest time go first.
 */
public final class VisualEmbeddings implements AutoCloseable {
    /** Bytes of features to hold where nobody says otherwise; LLaVA-NeXT-8B has 47 MB for a large picture. */
    public static final long DEFAULT_BYTES = Runtime.getRuntime().maxMemory() / 8;

    /** Makes features of a picture. */
    public interface Encoder extends AutoCloseable {
        /** Row-major {@code [rows, width]} in float32, as many rows as the picture has tokens. */
        float[] encode(ImageSource image);

        @Override
        void close();
    }

    private final PictureTokens tokens;
    private final Encoder encoder;
    private final int width;
    private final long limit;
    private final Map<Picture, float[]> features = new LinkedHashMap<>(16, 0.75f, true);
    private long held;

    /**
     * @param tokens the pictures that ids below zero are of
     * @param encoder closed with this
     * @param width numbers in a row: the model's hidden size
     * @param limit bytes of features to hold; those of one picture are held however many they are
     */
    public VisualEmbeddings(PictureTokens tokens, Encoder encoder, int width, long limit) {
        this.tokens = tokens;
        this.encoder = encoder;
        this.width = width;
        this.limit = limit;
    }

    /**
     * Those of a checkpoint. Its tower is loaded when the first picture is needed: text alone costs nothing.
     *
     * @param config of a model that is shown pictures
     * @param weights read from as long as this is open
     * @param tokens may be shared with another model's that makes as many tokens of each picture
     */
    public static VisualEmbeddings of(ModelConfig config, WeightSource weights, PictureReader reader, PictureTokens tokens, Backend backend) {
        var encoder = new Encoder() {
            private PictureEncoder loaded;

            @Override
            public float[] encode(ImageSource image) {
                if (loaded == null) {
                    loaded = PictureEncoder.load(config, weights, backend);
                }
                return loaded.encode(reader.read(image));
            }

            @Override
            public void close() {
                Resources.close(loaded);
            }
        };
        return new VisualEmbeddings(tokens, encoder, config.hiddenSize(), DEFAULT_BYTES);
    }

    /** The pictures whose tokens these embeddings are of: whoever writes prompts asks for a picture's ids here. */
    public PictureTokens tokens() {
        return tokens;
    }

    /** Puts the features of those tokens that are of pictures into their rows of {@code x}, {@code [T, hidden]}. */
    void embed(int[] ids, Tensor x, Backend backend) {
        int at = 0;
        while (at < ids.length) {
            if (!PictureTokens.isPicture(ids[at])) {
                at++;
                continue;
            }
            Picture picture = tokens.at(ids[at]);
            int from = at;
            while (at < ids.length && isOf(picture, ids[at])) {
                at++;
            }
            put(picture, Arrays.copyOfRange(ids, from, at), from, x, backend);
        }
    }

    private static boolean isOf(Picture picture, int id) {
        int row = PictureTokens.row(id) - picture.first();
        return PictureTokens.isPicture(id) && row >= 0 && row < picture.rows();
    }

    private void put(Picture picture, int[] ids, int first, Tensor x, Backend backend) {
        float[] all = features(picture);
        var rows = new float[ids.length * width];
        var targets = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            System.arraycopy(all, (PictureTokens.row(ids[i]) - picture.first()) * width, rows, i * width, width);
            targets[i] = first + i;
        }
        try (Tensor uploaded = backend.upload(rows, new Shape(ids.length, width))) {
            backend.scatterRows(uploaded, targets, x);
        }
    }

    private float[] features(Picture picture) {
        float[] found = features.get(picture);
        if (found != null) {
            return found;
        }
        float[] made = encoder.encode(picture.image());
        if (made.length != picture.rows() * width) {
            throw BitRankException.badInput("%s: the model makes %d tokens of the picture, but the prompt keeps %d places for them; "
                    .formatted(picture.image().name(), made.length / width, picture.rows())
                    + "a model and its base must prepare pictures alike");
        }
        for (float value : made) {
            if (!Float.isFinite(value)) {
                throw BitRankException.numerical(picture.image().name() + ": the vision tower makes numbers of the picture that are not"
                        + " finite; if the tower is quantized, give it more bits");
            }
        }
        features.put(picture, made);
        held += bytes(made);
        var eldest = features.entrySet().iterator();
        while (held > limit && features.size() > 1) {
            held -= bytes(eldest.next().getValue());
            eldest.remove();
        }
        return made;
    }

    private static long bytes(float[] values) {
        return (long) values.length * Float.BYTES;
    }

    @Override
    public void close() {
        features.clear();
        encoder.close();
    }
}
