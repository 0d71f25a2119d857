package org.bitrank.engine.image;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import org.bitrank.kernels.BitRankException;

/**
 * The arithmetic of LLaVA-NeXT's pictures of any resolution: a picture is fitted into one of a few resolutions and cut into
 * tiles of the tower's size; of the tiles' features, laid out as one map, those of the padding are cropped away.
 * Sources: LLaVA-NeXT, {@code mm_utils.py} and {@code llava_arch.py}; transformers, {@code LlavaNextProcessor}.
 */
public final class AnyResolution {
    /** How the length that a picture had in its map of features is made whole before the padding is cropped. */
    public enum Rounding {
        /** Rounded to seven decimals, then cut off: transformers. */
        SEVEN_DECIMALS("transformers") {
            @Override
            int whole(double length) {
                return new BigDecimal(length).setScale(7, RoundingMode.HALF_EVEN).intValue();
            }
        },
        /** Cut off as it is: the original code. It gives a row or column less where the product fell just short of a whole number. */
        TRUNCATION("original") {
            @Override
            int whole(double length) {
                return (int) length;
            }
        };

        private final String label;

        Rounding(String label) {
            this.label = label;
        }

        abstract int whole(double length);

        /** Whose code does so: {@code transformers} or {@code original}. */
        public String label() {
            return label;
        }

        /** Of both, the usual one first. */
        public static List<String> labels() {
            return Arrays.stream(values()).map(Rounding::label).toList();
        }

        /** Throws {@link BitRankException} of class BAD_INPUT where none is called so. */
        public static Rounding of(String label) {
            return Arrays.stream(values())
                    .filter(one -> one.label.equals(label))
                    .findFirst()
                    .orElseThrow(() -> BitRankException.badInput("'" + label + "' is no way to count a picture's tokens; there are " + String.join(" and ", labels())));
        }
    }

    /** The part of a map of features that is picture and not padding. */
    public record Crop(int top, int left, int rows, int columns) {}

    private AnyResolution() {}

    /** The resolution that keeps most of the picture's pixels, and of those that keep equally many the one with least waste. */
    public static ImageSize choose(ImageSize picture, List<ImageSize> resolutions) {
        ImageSize best = null;
        long mostKept = 0;
        long leastWasted = Long.MAX_VALUE;
        for (ImageSize resolution : resolutions) {
            double scale = Math.min(
                    (double) resolution.width() / picture.width(), (double) resolution.height() / picture.height());
            long scaled = (long) (int) (picture.width() * scale) * (int) (picture.height() * scale);
            long kept = Math.min(scaled, (long) picture.width() * picture.height());
            long wasted = (long) resolution.width() * resolution.height() - kept;
            if (best == null || kept > mostKept || (kept == mostKept && wasted < leastWasted)) {
                best = resolution;
                mostKept = kept;
                leastWasted = wasted;
            }
        }
        return best;
    }

    /** The size of the picture within the resolution, its shape kept: the side that does not fill it is rounded up. */
    static ImageSize fitted(ImageSize picture, ImageSize resolution) {
        double across = (double) resolution.width() / picture.width();
        double down = (double) resolution.height() / picture.height();
        if (across < down) {
            int height = (int) Math.ceil(picture.height() * across);
            return new ImageSize(Math.min(height, resolution.height()), resolution.width());
        }
        int width = (int) Math.ceil(picture.width() * down);
        return new ImageSize(resolution.height(), Math.min(width, resolution.width()));
    }

    /**
     * What is left of a map of {@code rows x columns} features when the padding of the picture it shows is cropped, equally
     * much on both sides.
     */
    public static Crop unpad(int rows, int columns, ImageSize picture, Rounding rounding) {
        if ((double) picture.width() / picture.height() > (double) columns / rows) {
            int kept = rounding.whole(picture.height() * ((double) columns / picture.width()));
            int padding = (rows - kept) / 2;
            return new Crop(padding, 0, rows - 2 * padding, columns);
        }
        int kept = rounding.whole(picture.width() * ((double) rows / picture.height()));
        int padding = (columns - kept) / 2;
        return new Crop(0, padding, rows, columns - 2 * padding);
    }

    /**
     * How many embeddings a picture becomes: the base view's, those of the tiles without padding, and one that ends each row.
     *
     * @param resolution what {@link #choose} gave
     * @param tile side of a tile, in pixels
     * @param side features along a side of a tile
     */
    public static int tokens(ImageSize picture, ImageSize resolution, int tile, int side, Rounding rounding) {
        Crop crop = unpad(resolution.height() / tile * side, resolution.width() / tile * side, picture, rounding);
        return side * side + crop.rows() * (crop.columns() + 1);
    }
}
