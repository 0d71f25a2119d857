package org.bitrank.engine.checkpoint.compressed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A matrix without zero points is symmetric: where the configuration says that it is not, they were lost. */
class ZeroPointsTest {
    private static final String GROUPS = """
            {"quantization_config": {"quant_method": "compressed-tensors", "config_groups": {
             "one": {"targets": ["Linear"], "weights": {"num_bits": %d, "type": "int", "symmetric": false}},
             "two": {"targets": ["even"], "weights": {"num_bits": %1$d, "type": "int", "symmetric": true}},
             "three": {"targets": ["silent"], "weights": {"num_bits": %1$d, "type": "int"}}}}}""";

    @TempDir
    Path folder;

    @Test
    void packedCodesWithoutThemAreRefusedWhereTheConfigAsksForThem() throws IOException {
        Files.writeString(folder.resolve("config.json"), GROUPS.formatted(4));
        try (var writer = SafetensorsWriter.create(folder.resolve("model.safetensors"))) {
            for (String module : List.of("odd", "even", "silent")) {
                writer.put(module + ".weight_shape", SafetensorsType.I64, List.of(2), MemorySegment.ofArray(new long[] {8, 64}));
                writer.put(module + ".weight_packed", SafetensorsType.I32, List.of(8, 8), MemorySegment.ofArray(new int[64]));
                writer.put(module + ".weight_scale", SafetensorsType.F32, List.of(8, 1), MemorySegment.ofArray(new float[8]));
            }
            writer.finish();
        }
        assertOnlyOddIsRefused();
    }

    @Test
    void soAreCodesOfAByte() throws IOException {
        Files.writeString(folder.resolve("config.json"), GROUPS.formatted(8));
        try (var writer = SafetensorsWriter.create(folder.resolve("model.safetensors"))) {
            for (String module : List.of("odd", "even", "silent")) {
                writer.put(module + ".weight", SafetensorsType.I8, List.of(4, 8), MemorySegment.ofArray(new byte[32]));
                writer.put(module + ".weight_scale", SafetensorsType.F32, List.of(4, 1), MemorySegment.ofArray(new float[4]));
            }
            writer.finish();
        }
        assertOnlyOddIsRefused();
    }

    private void assertOnlyOddIsRefused() {
        try (Checkpoint checkpoint = Checkpoint.open(folder)) {
            var weights = checkpoint.weights();
            for (String even : List.of("even.weight", "silent.weight")) {
                assertThat(weights.info(even).quantized()).isTrue();
                assertThat(((GroupedWeight) weights.read(even)).zeros()).isNull();
            }
            for (Runnable reading : List.<Runnable>of(() -> weights.info("odd.weight"), () -> weights.read("odd.weight"))) {
                assertThatThrownBy(reading::run)
                        .isInstanceOfSatisfying(BitRankException.class, refused -> assertThat(refused.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                        .hasMessageContaining("lacks tensor odd.weight_zero_point")
                        .hasMessageContaining("\"symmetric\": false");
            }
        }
    }
}
