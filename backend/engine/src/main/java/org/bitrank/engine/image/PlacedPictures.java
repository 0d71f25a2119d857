package org.bitrank.engine.image;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.bitrank.kernels.BitRankException;

/** Token ids from outside, in which a token of the vocabulary stands for pictures, as ids that the engine knows pictures by. */
public final class PlacedPictures {
    private PlacedPictures() {}

    /**
     * @param ids with {@code placeholder} once for each picture, or already as many times as the picture has tokens
     * @param images one for each, in order
     */
    public static int[] expand(int[] ids, int placeholder, List<ImageSource> images, PictureTokens tokens) {
        long places = Arrays.stream(ids).filter(id -> id == placeholder).count();
        int[][] shown = images.stream().map(image -> tokens.of(image).ids()).toArray(int[][]::new);
        int[] all = Arrays.stream(shown).flatMapToInt(Arrays::stream).toArray();
        if (places != shown.length && places != all.length) {
            throw BitRankException.badInput(("the ids hold the token of pictures (%d) %d times; for %d pictures of %s tokens it must stand"
                    + " there once for each picture, or once for each token").formatted(placeholder, places, shown.length, counts(shown)));
        }
        var result = IntStream.builder();
        int next = 0;
        for (int id : ids) {
            if (id != placeholder) {
                result.add(id);
            } else if (places == shown.length) {
                Arrays.stream(shown[next++]).forEach(result::add);
            } else {
                result.add(all[next++]);
            }
        }
        return result.build().toArray();
    }

    /** The only id that stands there as often as the pictures have tokens; empty where none does, or several do. */
    public static OptionalInt repeated(int[] ids, List<ImageSource> images, PictureTokens tokens) {
        long wanted = images.stream().mapToLong(image -> tokens.of(image).rows()).sum();
        int[] found = Arrays.stream(ids).distinct()
                .filter(candidate -> Arrays.stream(ids).filter(id -> id == candidate).count() == wanted)
                .toArray();
        return found.length == 1 ? OptionalInt.of(found[0]) : OptionalInt.empty();
    }

    private static String counts(int[][] shown) {
        return String.join(" + ", Arrays.stream(shown).map(ids -> String.valueOf(ids.length)).toList());
    }
}
