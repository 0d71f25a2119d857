package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** Turns pictures into hidden states, a row for each patch: blocks like a language model's, in which every patch sees all others. */
public final class VisionTower implements AutoCloseable {
    private final TowerConfig config;
    private final Workspace workspace;
    private final List<DecoderBlock> blocks = new ArrayList<>();
    private PatchEmbedding embedding;

    private VisionTower(TowerConfig config, Backend backend) {
        this.config = config;
        this.workspace = new Workspace(config.blocks(), backend);
    }

    /** @param count of the blocks to load, from the first: those behind the features that are read need not be there */
    public static VisionTower load(TowerConfig config, int count, WeightSource weights, Backend backend) {
        var tower = new VisionTower(config, backend);
        try {
            tower.embedding = PatchEmbedding.load(config, weights, backend);
            for (int block = 0; block < count; block++) {
                tower.blocks.add(DecoderBlock.load(config.blocks(), block, weights, tower.workspace));
            }
            return tower;
        } catch (Throwable failure) {
            tower.close();
            throw failure;
        }
    }

    /** The tokens of {@code count} pictures, each for itself, to run a tower's blocks with. */
    public static TokenBatch batch(TowerConfig config, int count) {
        var pictures = new int[count][config.tokens()];
        return TokenBatch.of(pictures);
    }

    /** Looks at hidden states {@code [count * tokens, hidden]}: index 0 is in front of the first block, {@code k} behind the k-th. */
    public interface HiddenStates {
        void output(int index, Tensor x);
    }

    /** @param pixels normalized, {@code [count, 3, imageSize, imageSize]} */
    public void run(float[] pixels, int count, HiddenStates observer) {
        TokenBatch batch = batch(config, count);
        Tensor x = workspace.buffer(Workspace.Purpose.RESIDUAL, batch.size(), config.blocks().hiddenSize());
        embedding.embed(pixels, count, x);
        observer.output(0, x);
        for (int block = 0; block < blocks.size(); block++) {
            blocks.get(block).forward(x, batch, LinearObserver.NONE);
            observer.output(block + 1, x);
        }
    }

    @Override
    public void close() {
        Resources.close(Resources.all(blocks), embedding, workspace);
    }
}
