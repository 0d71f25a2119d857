package org.bitrank.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HadamardTransformTest {
    @ParameterizedTest
    @ValueSource(ints = {12, 20, 28, 36, 44, 52, 60, 108, 140})
    void basesAreHadamardMatrices(int size) {
        float[] matrix = HadamardBases.matrix(size);
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                double product = 0;
                for (int k = 0; k < size; k++) {
                    assertThat(Math.abs(matrix[i * size + k])).isEqualTo(1);
                    product += matrix[i * size + k] * matrix[j * size + k];
                }
                assertThat(product).isEqualTo(i == j ? size : 0);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"576, 576", "1536, 1536", "192, 192", "512, 512", "14336, 14336", "28672, 28672", "11008, 256", "18944, 512", "9, 1"})
    void takesTheWholeRowWhereThereIsAMatrixAndBlocksElsewhere(int columns, int order) {
        assertThat(HadamardTransform.ofRow(columns)).isEqualTo(new HadamardTransform(order, 1));
    }

    @Test
    void ordersWithoutAMatrixAreRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new HadamardTransform(9, 1));
    }

    @ParameterizedTest
    @CsvSource({"64, 1", "96, 1", "4, 24", "36, 2"})
    void weightsAreTransformedAsInputsAre(int order, int stride) {
        var transform = new HadamardTransform(order, stride);
        int columns = 2 * order * stride;
        var random = new Random(1);
        double[] weights = random.doubles(3L * columns).toArray();
        var values = new float[weights.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) weights[i];
        }
        transform.applyToRows(weights, columns);
        try (var backend = new ReferenceBackend(ComputeType.FLOAT32);
                var x = backend.upload(values, new Shape(3, columns));
                var onDevice = new RowTransform(transform, backend)) {
            onDevice.apply(x);
            float[] transformed = backend.download(x);
            for (int i = 0; i < transformed.length; i++) {
                assertThat((double) transformed[i]).isCloseTo(weights[i], within(1e-5));
            }
        }
    }
}
