package org.bitrank.engine.model;

import java.util.stream.IntStream;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.image.AnyResolution.Crop;
import org.bitrank.engine.image.ImageSize;
import org.bitrank.engine.model.VisionConfig.PatchMerge;

/**
 * In which order the features of a picture's tiles stand in a prompt. Sources: transformers, {@code pack_image_features} of
 * {@code modeling_llava_next.py}; the original {@code llava_arch.py}.
 */
final class PictureRows {
    /** Where the vector stands that ends a row of the map. */
    static final int NEWLINE = -1;

    private PictureRows() {}

    /**
     * Rows of the features {@code [tiles * rowsOfTile, width]}, or {@link #NEWLINE}; as many as the picture has tokens.
     *
     * @param original size of the picture
     * @param resolution that it was fitted into, or null where it is one tile
     */
    static int[] of(VisionConfig config, ImageSize original, ImageSize resolution) {
        int each = config.rowsOfTile();
        boolean unpadded = config.merge() == PatchMerge.SPATIAL_UNPAD;
        if (resolution == null) {
            return unpadded ? IntStream.concat(IntStream.range(0, each), IntStream.of(NEWLINE)).toArray() : IntStream.range(0, each).toArray();
        }
        int size = config.tower().imageSize();
        int across = resolution.width() / size;
        int down = resolution.height() / size;
        if (config.merge() == PatchMerge.FLAT) {
            return IntStream.range(0, (1 + across * down) * each).toArray();
        }
        int side = config.tower().side();
        Crop crop = unpadded
                ? AnyResolution.unpad(down * side, across * side, original, config.rounding())
                : new Crop(0, 0, down * side, across * side);
        var rows = IntStream.builder();
        IntStream.range(0, each).forEach(rows::add);
        for (int y = crop.top(); y < crop.top() + crop.rows(); y++) {
            for (int x = crop.left(); x < crop.left() + crop.columns(); x++) {
                int tile = 1 + y / side * across + x / side;
                rows.add(tile * each + y % side * side + x % side);
            }
            if (unpadded) {
                rows.add(NEWLINE);
            }
        }
        return rows.build().toArray();
    }
}
