package org.bitrank.engine.image;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.bitrank.kernels.BitRankException;

/**
 * The pictures that a run shows a model, and the ids that stand for their tokens.
 *
 * <p>Every picture gets a run of rows behind those of the pictures before it, as many as the model makes tokens of it. Row
 * {@code r} is token {@code -1 - r}: no word has such an id, and equal pictures have equal ids. So whatever compares, shares,
 * keeps or records sequences of tokens does the same with sequences that show pictures.
 *
 * <p>Models and their bases number pictures alike when they are shown them in the same order and make as many tokens of each.
 */
public final class PictureTokens {
    /** What stands in a prompt for a picture. */
    public static final String PLACEHOLDER = "<image>";

    /**
     * A picture among others.
     *
     * @param first its first row
     * @param rows tokens that the model makes of it
     */
    public record Picture(ImageSource image, int first, int rows) {
        /** The ids of its tokens, in order. */
        public int[] ids() {
            var ids = new int[rows];
            for (int i = 0; i < rows; i++) {
                ids[i] = -1 - first - i;
            }
            return ids;
        }
    }

    private final ToIntFunction<ImageSource> counter;
    private final List<Picture> pictures = new ArrayList<>();
    private final List<Integer> firstRows = new ArrayList<>();
    private final Map<ImageSource, Picture> known = new HashMap<>();
    private int rows;

    /** @param counter how many tokens the model makes of a picture, 1 or more */
    public PictureTokens(ToIntFunction<ImageSource> counter) {
        this.counter = counter;
    }

    /** The picture's place, which it gets the first time that it is asked for. */
    public synchronized Picture of(ImageSource image) {
        Picture picture = known.get(image);
        if (picture == null) {
            int count = counter.applyAsInt(image);
            if (count < 1 || rows > Integer.MAX_VALUE - count) {
                throw BitRankException.badInput("%s: %d tokens behind %d of other pictures cannot be numbered; evaluate fewer items at once"
                        .formatted(image.name(), count, rows));
            }
            picture = new Picture(image, rows, count);
            known.put(image, picture);
            pictures.add(picture);
            firstRows.add(rows);
            rows += count;
        }
        return picture;
    }

    /** Whether an id stands for a part of a picture. */
    public static boolean isPicture(int token) {
        return token < 0;
    }

    /** The row of a picture's token among all rows. */
    public static int row(int token) {
        return -1 - token;
    }

    /** The picture that a token is of. */
    public synchronized Picture at(int token) {
        int row = row(token);
        if (row < 0 || row >= rows) {
            throw new IllegalArgumentException("token " + token + " is of none of " + pictures.size() + " pictures");
        }
        int found = Collections.binarySearch(firstRows, row);
        return pictures.get(found >= 0 ? found : -found - 2);
    }

    /** Pictures so far, in the order in which they were asked for. */
    public synchronized List<Picture> pictures() {
        return List.copyOf(pictures);
    }
}
