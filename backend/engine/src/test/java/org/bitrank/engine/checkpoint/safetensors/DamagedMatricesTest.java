package org.bitrank.engine.checkpoint.safetensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tensors that are missing, cut, of another type or full of ones: refused by name or read, never another failure. */
class DamagedMatricesTest {
    private static final String MODULE = "model.layers.0.self_attn.k_proj";

    @TempDir
    Path folder;

    private int damages;

    @ParameterizedTest
    @ValueSource(strings = {
        "autogptq-w3-g128-asym", "gptqmodel-w4-g32-act-asym-v2", "awq-gemm-w4-g128", "awq-gemv-w4-g128", "awq-gemvfast-w4-g128", "bitnet-ternary-2bit",
        "bnb-fp4", "bnb-nf4-dq", "bnb-int8", "ct-fp8-block", "ct-fp8-static", "ct-legacy-gptq-w4-actorder-group", "ct-legacy-marlin24",
        "ct-legacy-sparse24-bitmask", "ct-mxfp4a16", "ct-mxfp8a16", "ct-nvfp4", "ct-w4a16-asym-g128", "ct-w8a8-int8-dynamic", "hqq-3bit-g64",
        "hqq-4bit-g64-axis0", "torchao-float8-wo", "torchao-int8-wo", "torchao-intx4-g128"
    })
    void damageIsRefusedByName(String fixture) throws IOException {
        Path directory = SharedFiles.path("fixtures/quantized/" + fixture);
        try (SafetensorsSet set = SafetensorsSet.open(directory).orElseThrow()) {
            List<String> names = set.holders().keySet().stream().filter(name -> name.startsWith(MODULE + ".")).toList();
            assertThat(names).isNotEmpty();
            for (String damaged : names) {
                StoredTensor tensor = set.tensor(damaged);
                byte[] bytes = set.bytes(damaged).toArray(ValueLayout.JAVA_BYTE);
                var ones = new byte[bytes.length];
                Arrays.fill(ones, (byte) -1);
                attempt(directory, set, names, damaged, put -> null);
                attempt(directory, set, names, damaged, put -> new Put(tensor.type(), tensor.shape(), ones));
                attempt(directory, set, names, damaged, put -> new Put(tensor.type(), tensor.shape(), new byte[bytes.length]));
                attempt(directory, set, names, damaged, put -> new Put(SafetensorsType.U8, List.of(bytes.length), bytes));
                attempt(directory, set, names, damaged, put -> new Put(tensor.type(), List.of(0), new byte[0]));
                if (tensor.shape().size() > 1) {
                    var turned = new ArrayList<>(tensor.shape());
                    Collections.reverse(turned);
                    attempt(directory, set, names, damaged, put -> new Put(tensor.type(), turned, bytes));
                }
                if (bytes.length % 8 == 0) {
                    attempt(directory, set, names, damaged, put -> new Put(SafetensorsType.F64, List.of(bytes.length / 8), bytes));
                }
            }
        }
    }

    private record Put(SafetensorsType type, List<Integer> shape, byte[] bytes) {}

    private void attempt(Path directory, SafetensorsSet set, List<String> names, String damaged, UnaryOperator<Put> damage) throws IOException {
        Path broken = Files.createDirectory(folder.resolve("broken-" + damages++));
        try (var writer = SafetensorsWriter.create(broken.resolve("model.safetensors"))) {
            for (String name : names) {
                var put = new Put(set.tensor(name).type(), set.tensor(name).shape(), set.bytes(name).toArray(ValueLayout.JAVA_BYTE));
                put = name.equals(damaged) ? damage.apply(put) : put;
                if (put != null) {
                    writer.put(name, put.type, put.shape, MemorySegment.ofArray(put.bytes));
                }
            }
            writer.finish();
        }
        Files.copy(directory.resolve("config.json"), broken.resolve("config.json"));
        try (Checkpoint checkpoint = Checkpoint.open(broken)) {
            checkpoint.notes();
            for (String name : checkpoint.weights().names()) {
                checkpoint.weights().info(name);
                Weight weight = checkpoint.weights().read(name);
                weight.toFloats();
            }
            checkpoint.activations(MODULE);
        } catch (BitRankException refused) {
            assertThat(refused).hasMessageMatching("(?s).*(" + MODULE + "|" + broken.getFileName() + ").*");
        } catch (RuntimeException other) {
            fail(damaged + ": " + other, other);
        }
    }
}
