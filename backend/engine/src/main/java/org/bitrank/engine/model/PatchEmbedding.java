package org.bitrank.engine.model;

import java.util.stream.IntStream;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * What stands in front of a tower's first block: each patch's pixels through one matrix (the convolution of the original, whose
 * steps are as long as its kernel), the class token before them, a vector for every place, and a norm in some families.
 */
public final class PatchEmbedding implements AutoCloseable {
    private final TowerConfig config;
    private final Backend backend;
    private Linear patches;
    private Tensor classToken;
    private Tensor positions;
    private Norm norm;

    private PatchEmbedding(TowerConfig config, Backend backend) {
        this.config = config;
        this.backend = backend;
    }

    public static PatchEmbedding load(TowerConfig config, WeightSource weights, Backend backend) {
        var embedding = new PatchEmbedding(config, backend);
        try {
            embedding.load(new WeightLoader(weights, backend));
            return embedding;
        } catch (Throwable failure) {
            embedding.close();
            throw failure;
        }
    }

    private void load(WeightLoader loader) {
        TowerFamily family = config.family();
        ModelConfig blocks = config.blocks();
        int width = blocks.hiddenSize();
        patches = Linear.load(loader, LinearShape.of(family.patches(), width, config.patchPixels(), family.patchBias()));
        if (family.classToken() != null) {
            classToken = loader.vector(family.classToken(), width);
        }
        positions = loader.table(blocks.architecture().names().positions() + ".weight", config.tokens(), width);
        if (family.firstNorm() != null) {
            norm = Norm.load(blocks, loader, family.firstNorm());
        }
    }

    /**
     * Row {@code i * tokens + t} of {@code x} becomes token {@code t} of picture {@code i}.
     *
     * @param pixels normalized, {@code [count, 3, imageSize, imageSize]}
     * @param x {@code [count * tokens, hidden]}
     */
    public void embed(float[] pixels, int count, Tensor x) {
        int first = classToken == null ? 0 : 1;
        int tokens = config.tokens();
        int width = config.blocks().hiddenSize();
        int each = tokens - first;
        try (Tensor unfolded = backend.upload(unfold(pixels, count), new Shape(count * each, config.patchPixels()));
                Tensor made = backend.allocate(DType.FLOAT32, new Shape(count * each, width));
                Tensor places = backend.allocate(DType.FLOAT32, new Shape(count * tokens, width))) {
            patches.forward(backend, LinearObserver.NONE, unfolded, made);
            backend.scatterRows(made, IntStream.range(0, count * each).map(row -> row / each * tokens + first + row % each).toArray(), x);
            if (classToken != null) {
                try (Tensor copies = places.rows(0, count)) {
                    backend.embed(new int[count], classToken, copies);
                    backend.scatterRows(copies, IntStream.range(0, count).map(picture -> picture * tokens).toArray(), x);
                }
            }
            backend.embed(IntStream.range(0, count * tokens).map(row -> row % tokens).toArray(), positions, places);
            backend.add(places, x);
        }
        if (norm != null) {
            norm.apply(backend, x, x);
        }
    }

    /** The pixels of each patch in a row, {@code [count * patches, 3 * patchSize * patchSize]}; what no patch covers is left out. */
    private float[] unfold(float[] pixels, int count) {
        if (pixels.length != count * config.pixels()) {
            throw BitRankException.badInput("%d numbers are no %d pictures of 3 x %d x %d, which the vision tower takes"
                    .formatted(pixels.length, count, config.imageSize(), config.imageSize()));
        }
        int side = config.side();
        int patch = config.patchSize();
        int image = config.imageSize();
        var unfolded = new float[count * side * side * config.patchPixels()];
        int at = 0;
        for (int picture = 0; picture < count; picture++) {
            for (int place = 0; place < side * side; place++) {
                int corner = place / side * patch * image + place % side * patch;
                for (int line = 0; line < 3 * patch; line++) {
                    int from = (picture * 3 + line / patch) * image * image + corner + line % patch * image;
                    System.arraycopy(pixels, from, unfolded, at, patch);
                    at += patch;
                }
            }
        }
        return unfolded;
    }

    @Override
    public void close() {
        Resources.close(patches, classToken, positions, norm);
    }
}
