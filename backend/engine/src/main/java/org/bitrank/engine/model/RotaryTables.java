package org.bitrank.engine.model;

import java.util.HashMap;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Cosines and sines of the angles of a batch, on the device. */
final class RotaryTables implements AutoCloseable {
    private static final int SMALLEST = 256;

    /** Row {@code rows[t]} of the tables belongs to token {@code t}. */
    record Rotation(int[] rows, Tensor cosines, Tensor sines) {}

    private final RotarySettings settings;
    private final Backend backend;
    private Tensor cosines;
    private Tensor sines;
    private TokenBatch last;
    private Rotation lastRotation;

    RotaryTables(RotarySettings settings, Backend backend) {
        this.settings = settings;
        this.backend = backend;
    }

    /** The same for every layer, so the last batch's is kept. */
    Rotation of(TokenBatch batch) {
        if (batch != last) {
            lastRotation = settings.scaling().dependsOnLength() ? byToken(batch) : byPosition(batch);
            last = batch;
        }
        return lastRotation;
    }

    private Rotation byPosition(TokenBatch batch) {
        int needed = 0;
        for (int position : batch.positions()) {
            needed = Math.max(needed, position + 1);
        }
        if (cosines == null || cosines.rows() < needed) {
            int count = Math.max(SMALLEST, Integer.highestOneBit(Math.max(1, needed - 1)) << 1);
            var positions = new int[count];
            for (int i = 0; i < count; i++) {
                positions[i] = i;
            }
            float[] frequencies = settings.scaling().frequencies(settings.base(), settings.size(), 0);
            fill(positions, _ -> frequencies);
        }
        return new Rotation(batch.positions(), cosines, sines);
    }

    /** One row a token: two tokens at the same position may turn by different angles. */
    private Rotation byToken(TokenBatch batch) {
        var known = new HashMap<Integer, float[]>();
        fill(batch.positions(), token -> known.computeIfAbsent(
                batch.lengths()[token], length -> settings.scaling().frequencies(settings.base(), settings.size(), length)));
        var rows = new int[batch.size()];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = i;
        }
        return new Rotation(rows, cosines, sines);
    }

    private interface Frequencies {
        float[] of(int row);
    }

    private void fill(int[] positions, Frequencies frequencies) {
        int half = settings.size() / 2;
        float magnitude = settings.scaling().magnitude();
        var cosine = new float[positions.length * half];
        var sine = new float[positions.length * half];
        for (int row = 0; row < positions.length; row++) {
            float[] frequency = frequencies.of(row);
            for (int i = 0; i < half; i++) {
                float angle = positions[row] * frequency[i];
                cosine[row * half + i] = (float) Math.cos(angle) * magnitude;
                sine[row * half + i] = (float) Math.sin(angle) * magnitude;
            }
        }
        close();
        var shape = new Shape(positions.length, half);
        cosines = backend.upload(cosine, shape);
        sines = backend.upload(sine, shape);
    }

    @Override
    public void close() {
        Resources.close(cosines, sines);
        cosines = null;
        sines = null;
        last = null;
    }
}
