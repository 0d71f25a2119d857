package org.bitrank.engine.quantize.calibration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SequenceStatesTest {
    private final Backend backend = Backends.open("cpu", ComputeType.FLOAT32);

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        backend.close();
    }

    private static float[] numbers(int rows) {
        var values = new float[rows * 3];
        IntStream.range(0, values.length).forEach(i -> values[i] = 1f / (i + rows));
        return values;
    }

    private float[] values(SequenceStates states, int batch) {
        try (Tensor copy = states.copy(batch)) {
            return backend.download(copy);
        }
    }

    @Test
    void aFileKeepsEveryNumberAsMemoryDoes() throws Exception {
        try (var held = new HeldStates(backend); var filed = new FiledStates(folder, backend)) {
            for (SequenceStates states : List.of(held, filed)) {
                for (int rows : new int[] {4, 4, 7, 1}) {
                    states.add(backend.upload(numbers(rows), new Shape(rows, 3)));
                }
                states.change(1, state -> backend.add(state, state));
                states.change(3, state -> backend.add(state, state));
            }
            for (int batch = 0; batch < 4; batch++) {
                assertThat(values(filed, batch)).isEqualTo(values(held, batch));
            }
            assertThat(values(filed, 2)).isEqualTo(numbers(7));
        }
        try (var left = Files.list(folder)) {
            assertThat(left).isEmpty();
        }
    }

    @Test
    void aCopyBelongsToTheCaller() {
        try (var states = new FiledStates(folder, backend)) {
            states.add(backend.upload(numbers(2), new Shape(2, 3)));
            try (Tensor copy = states.copy(0)) {
                backend.add(copy, copy);
            }
            assertThat(values(states, 0)).isEqualTo(numbers(2));
        }
    }

    @Test
    void statesThatAreManyBesideTheModelAreKeptInAFile() {
        try (var few = SequenceStates.of(25, 100, folder, backend); var many = SequenceStates.of(26, 100, folder, backend)) {
            assertThat(few).isInstanceOf(HeldStates.class);
            assertThat(many).isInstanceOf(FiledStates.class);
        }
    }

    @Test
    void aFolderThatCannotBeWrittenIsNamed() {
        assertThatThrownBy(() -> new FiledStates(folder.resolve("none"), backend))
                .isInstanceOf(BitRankException.class)
                .hasMessageContaining("none");
    }
}
