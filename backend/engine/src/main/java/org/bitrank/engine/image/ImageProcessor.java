package org.bitrank.engine.image;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes of a picture what a vision tower takes, with the arithmetic of the models' own processors: CLIP (shortest edge and
 * centre crop), SigLIP (one fixed size), LLaVA-1.5's square canvas, and LLaVA-NeXT's tiles. Pixels are the ones that PIL and
 * NumPy give; a value becomes {@code (value * factor - mean) / deviation}, the product in 64 bits, the rest in 32.
 */
public final class ImageProcessor {
    private final ProcessorSettings settings;
    /** What each value of a byte becomes, {@code [3, 256]}. */
    private final float[] values;

    ImageProcessor(ProcessorSettings settings) {
        this.settings = settings;
        this.values = settings.values();
    }

    /**
     * The processor of a checkpoint.
     *
     * @param preprocessor {@code preprocessor_config.json}, or null where the checkpoint has none, as those of the original code
     * @param config {@code config.json}
     * @param imageSize side of the pictures that the vision tower takes, in pixels
     * @throws BitRankException where a setting is broken or is of a kind of processor that is not here
     */
    public static ImageProcessor of(ObjectNode preprocessor, ObjectNode config, int imageSize) {
        return new ImageProcessor(ProcessorReader.read(preprocessor, config, imageSize));
    }

    /** Side of a tile, in pixels. */
    public int size() {
        return settings.size();
    }

    /** The resolutions that a picture may be fitted into; empty where it becomes one tile. */
    public List<ImageSize> resolutions() {
        return settings.resolutions();
    }

    /** The tiles of a picture, without their pixels: what counting a picture's embeddings needs. */
    public ImageSize resolution(ImageSize original) {
        return settings.resolutions().isEmpty() ? null : AnyResolution.choose(original, settings.resolutions());
    }

    /** How many tiles become of a picture. */
    public int tiles(ImageSize original) {
        ImageSize resolution = resolution(original);
        int size = settings.size();
        return resolution == null ? 1 : 1 + Math.ceilDiv(resolution.height(), size) * Math.ceilDiv(resolution.width(), size);
    }

    public ProcessedImage process(Pixels picture) {
        var original = new ImageSize(picture.height(), picture.width());
        ImageSize resolution = resolution(original);
        List<Pixels> tiles = tiles(picture, resolution);
        int size = settings.size();
        var pixels = new float[tiles.size() * 3 * size * size];
        for (int i = 0; i < tiles.size(); i++) {
            normalize(tiles.get(i), pixels, i * 3 * size * size);
        }
        return new ProcessedImage(pixels, tiles.size(), size, original, resolution);
    }

    /** The bytes of each tile, before they are made numbers. */
    List<Pixels> tiles(Pixels picture, ImageSize resolution) {
        if (resolution == null) {
            return List.of(cropped(settings.square() ? square(picture) : picture));
        }
        int size = settings.size();
        var tiles = new ArrayList<Pixels>();
        tiles.add(cropped(settings.filter().resize(picture, settings.baseSize().width(), settings.baseSize().height())));
        ImageSize fitted = AnyResolution.fitted(new ImageSize(picture.height(), picture.width()), resolution);
        Pixels padded = Pixels.filled(resolution.width(), resolution.height(), 0, 0, 0)
                .with(
                        settings.filter().resize(picture, fitted.width(), fitted.height()),
                        (resolution.width() - fitted.width()) / 2,
                        (resolution.height() - fitted.height()) / 2);
        for (int top = 0; top < resolution.height(); top += size) {
            for (int left = 0; left < resolution.width(); left += size) {
                tiles.add(cropped(padded.crop(left, top, size, size)));
            }
        }
        return tiles;
    }

    /** On a square canvas of the mean colour, so that no part of it is cropped. */
    private Pixels square(Pixels picture) {
        int side = Math.max(picture.width(), picture.height());
        if (picture.width() == picture.height()) {
            return picture;
        }
        double[] mean = settings.mean();
        return Pixels.filled(side, side, (int) (mean[0] * 255), (int) (mean[1] * 255), (int) (mean[2] * 255))
                .with(picture, (side - picture.width()) / 2, (side - picture.height()) / 2);
    }

    /** Resized, and of that the centre. */
    private Pixels cropped(Pixels picture) {
        ImageSize size = settings.resized(new ImageSize(picture.height(), picture.width()));
        ImageSize crop = settings.crop() == null ? size : settings.crop();
        int left = Math.floorDiv(size.width() - crop.width(), 2);
        int top = Math.floorDiv(size.height() - crop.height(), 2);
        if (left < 0 || top < 0) {
            // Larger than the picture: black around it.
            return settings.filter().resize(picture, size.width(), size.height()).crop(left, top, crop.width(), crop.height());
        }
        return settings.filter().part(picture, size.width(), size.height(), left, top, crop.width(), crop.height());
    }

    private void normalize(Pixels tile, float[] pixels, int at) {
        int area = tile.width() * tile.height();
        byte[] rgb = tile.rgb();
        for (int channel = 0; channel < 3; channel++) {
            for (int i = 0; i < area; i++) {
                pixels[at + channel * area + i] = values[256 * channel + (rgb[3 * i + channel] & 255)];
            }
        }
    }
}
