package org.bitrank.engine.model;

import java.lang.foreign.MemorySegment;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** The last norm, where there is one, and the matrix {@code [vocabulary, hidden]} that turns hidden states into logits. */
public final class LanguageHead implements AutoCloseable {
    private final ModelConfig config;
    private final Backend backend;
    private Norm norm;
    private PackedMatrix matrix;

    private LanguageHead(ModelConfig config, Backend backend) {
        this.config = config;
        this.backend = backend;
    }

    public static LanguageHead load(ModelConfig config, WeightSource weights, Backend backend) {
        var head = new LanguageHead(config, backend);
        try {
            head.load(new WeightLoader(weights, backend));
            return head;
        } catch (Throwable failure) {
            head.close();
            throw failure;
        }
    }

    private void load(WeightLoader loader) {
        ModelNames names = config.architecture().names();
        if (config.finalNorm()) {
            norm = Norm.load(config, loader, names.finalNorm());
        }
        String name = (config.tiedEmbeddings() ? names.embedding() : names.head()) + ".weight";
        Weight weight = loader.matrix(name, config.vocabularySize(), config.embeddingSize());
        matrix = config.embeddingSize() == config.hiddenSize()
                ? WeightLoader.pack(name, weight, backend)
                : projected(name, weight, loader);
    }

    /** The head behind a projection as one matrix, so that hidden states are as wide here as everywhere. */
    private PackedMatrix projected(String name, Weight weight, WeightLoader loader) {
        int hidden = config.hiddenSize();
        int narrow = config.embeddingSize();
        String projection = config.architecture().names().outputProjection() + ".weight";
        float[] across = transposed(loader.matrix(projection, narrow, hidden).toFloats(), narrow, hidden);
        Weights.requireFinite(name, weight);
        try (PackedMatrix columns = backend.pack(MemorySegment.ofArray(across), DType.FLOAT32, hidden, narrow);
                Tensor rows = backend.upload(weight.toFloats(), new Shape(weight.rows(), narrow));
                Tensor product = backend.allocate(DType.FLOAT32, new Shape(weight.rows(), hidden))) {
            backend.matmul(rows, columns, null, product);
            return WeightLoader.pack(name, DenseWeight.of(backend.download(product), weight.rows(), hidden), backend);
        }
    }

    private static float[] transposed(float[] values, int rows, int columns) {
        var across = new float[values.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                across[column * rows + row] = values[row * columns + column];
            }
        }
        return across;
    }

    public PackedMatrix matrix() {
        return matrix;
    }

    /** The last norm, in place. */
    public void normalize(Tensor x) {
        if (norm != null) {
            norm.apply(backend, x, x);
        }
    }

    @Override
    public void close() {
        Resources.close(norm, matrix);
    }
}
