package org.bitrank.engine.model;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.image.ImageSize;
import org.bitrank.engine.image.ProcessedImage;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** From a picture's tiles to the rows that stand for it in a prompt: tower, projector, order. */
public final class PictureEncoder implements AutoCloseable {
    static final String NEWLINE = "image_newline";
    /** Tiles that go through the tower at once: all of a picture in LLaVA-NeXT, and of a larger one as many as memory is kept for. */
    private static final int TILES = 8;

    private final VisionConfig config;
    private final int width;
    private final Backend backend;
    private VisionTower tower;
    private Projector projector;
    /** What ends a row of a picture, or null. */
    private float[] newline;

    private PictureEncoder(VisionConfig config, int width, Backend backend) {
        this.config = config;
        this.width = width;
        this.backend = backend;
    }

    /** @param config of a model that is shown pictures */
    public static PictureEncoder load(ModelConfig config, WeightSource weights, Backend backend) {
        var encoder = new PictureEncoder(config.vision(), config.hiddenSize(), backend);
        try {
            encoder.load(weights);
            return encoder;
        } catch (Throwable failure) {
            encoder.close();
            throw failure;
        }
    }

    private void load(WeightSource weights) {
        if (weights.names().stream().noneMatch(name -> name.startsWith(TowerFamily.PREFIX))) {
            throw BitRankException.badInput("the checkpoint holds no vision tower (tensors " + TowerFamily.PREFIX + "*), as repositories of the"
                    + " original LLaVA-1.5 that name their tower in mm_vision_tower; take the model as transformers has it, in which the tower is included");
        }
        tower = VisionTower.load(config.tower(), config.blocksRun(), weights, backend);
        projector = Projector.load(config, width, weights, backend);
        if (config.merge() == VisionConfig.PatchMerge.SPATIAL_UNPAD) {
            newline = new WeightLoader(weights, backend).floats(NEWLINE, width);
        }
    }

    /** {@code [tokens, width]}, row-major. */
    public float[] encode(ProcessedImage picture) {
        check(picture);
        int each = config.rowsOfTile();
        var features = new float[picture.tiles() * each * width];
        for (int first = 0; first < picture.tiles(); first += TILES) {
            int count = Math.min(TILES, picture.tiles() - first);
            int pixels = config.tower().pixels();
            float[] part = project(Arrays.copyOfRange(picture.pixels(), first * pixels, (first + count) * pixels), count);
            System.arraycopy(part, 0, features, first * each * width, part.length);
        }
        int[] order = PictureRows.of(config, picture.original(), picture.resolution());
        var rows = new float[order.length * width];
        for (int i = 0; i < order.length; i++) {
            boolean ends = order[i] == PictureRows.NEWLINE;
            System.arraycopy(ends ? newline : features, ends ? 0 : order[i] * width, rows, i * width, width);
        }
        return rows;
    }

    /** What the projector reads of a picture, {@code [tiles * rowsOfTile, projectorInputs]}, row-major. */
    public float[] features(ProcessedImage picture) {
        check(picture);
        var features = new float[picture.tiles() * config.rowsOfTile() * config.projectorInputs()];
        for (int first = 0; first < picture.tiles(); first += TILES) {
            int count = Math.min(TILES, picture.tiles() - first);
            float[] part = chosen(picture.pixels(first, count), count);
            System.arraycopy(part, 0, features, first * config.rowsOfTile() * config.projectorInputs(), part.length);
        }
        return features;
    }

    private void check(ProcessedImage picture) {
        ImageSize resolution = picture.resolution();
        int size = config.tower().imageSize();
        int tiles = resolution == null ? 1 : 1 + resolution.height() / size * (resolution.width() / size);
        if (picture.size() != size || picture.tiles() != tiles) {
            throw BitRankException.badInput("a picture of %s was cut into %d tiles of %d pixels a side; the model takes %d of %d"
                    .formatted(picture.original(), picture.tiles(), picture.size(), tiles, size));
        }
    }

    /** The projected features of tiles, {@code [count * rowsOfTile, width]}. */
    private float[] project(float[] pixels, int count) {
        float[] chosen = chosen(pixels, count);
        try (Tensor features = backend.upload(chosen, new Shape((long) count * config.rowsOfTile(), config.projectorInputs()))) {
            return backend.download(projector.run(features, LinearObserver.NONE));
        }
    }

    /** What the projector reads, {@code [count * rowsOfTile, inputs]}: of several layers, the numbers of a patch side by side. */
    private float[] chosen(float[] pixels, int count) {
        int each = config.rowsOfTile();
        int tokens = config.tower().tokens();
        int from = config.tower().blocks().hiddenSize();
        int to = config.projectorInputs();
        int[] kept = IntStream.range(0, count * each).map(row -> row / each * tokens + tokens - each + row % each).toArray();
        var chosen = new float[kept.length * to];
        tower.run(pixels, count, (index, x) -> {
            for (int layer = 0; layer < config.featureLayers().size(); layer++) {
                if (config.featureLayers().get(layer) == index) {
                    float[] values = rows(x, kept);
                    for (int row = 0; row < kept.length; row++) {
                        System.arraycopy(values, row * from, chosen, row * to + layer * from, from);
                    }
                }
            }
        });
        return chosen;
    }

    private float[] rows(Tensor x, int[] kept) {
        try (Tensor rows = backend.allocate(DType.FLOAT32, new Shape(kept.length, x.columns()))) {
            backend.gatherRows(x, kept, rows);
            return backend.download(rows);
        }
    }

    @Override
    public void close() {
        Resources.close(tower, projector);
    }
}
