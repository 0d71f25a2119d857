package org.bitrank.engine.checkpoint.bitrank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.QuantizationConfig;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSet;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsSource;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every kind of matrix, written in our own layouts and read back. */
class BitrankFormatTest {
    private static final String MODULE = "model.layers.0.mlp.up_proj";

    /** Without these, or with others, it is another matrix, or the lack is noticed under another name. */
    private static final List<String> OPTIONAL = List.of("grouped_zero", "grouped_levels", "grouped_offset", "grouped_offset_codes", "grouped_scale_codes",
            "rotated_scale", "grouped_levels_name");

    @TempDir
    private Path folder;

    /** Of a module's tensors: type, shape and bytes. */
    private record Tensor(SafetensorsType type, List<Integer> shape, byte[] bytes) {}

    static Map<String, QuantizedWeight> matrices() {
        return BitrankMatrices.all();
    }

    static List<String> names() {
        return List.copyOf(matrices().keySet());
    }

    private static BitrankLayout layout(QuantizedWeight weight) {
        return new BitrankFormat().layouts().stream().filter(layout -> layout.refusal(weight).isEmpty()).findFirst().orElseThrow();
    }

    private Path write(QuantizedWeight weight, String file) {
        Path path = folder.resolve(file);
        try (var writer = SafetensorsWriter.create(path)) {
            layout(weight).write(writer, MODULE, weight);
            writer.finish();
        }
        return path;
    }

    private static SafetensorsSource source(SafetensorsSet set) {
        return new SafetensorsSource(set, QuantizationConfig.of(Json.MAPPER.createObjectNode(), Path.of("absent")));
    }

    @ParameterizedTest
    @MethodSource("names")
    void isTheSameWhenReadBack(String name) throws Exception {
        QuantizedWeight weight = matrices().get(name);
        Path path = write(weight, "model.safetensors");
        try (var set = SafetensorsSet.open(folder).orElseThrow()) {
            var source = source(set);
            assertThat(source.names()).containsExactly(MODULE + ".weight");
            var read = (QuantizedWeight) source.read(MODULE + ".weight");
            assertThat(read).usingRecursiveComparison().isEqualTo(weight);
            assertThat(read.toFloats()).isEqualTo(weight.toFloats());
            TensorInfo info = source.info(MODULE + ".weight");
            assertThat(info.shape()).containsExactly(weight.rows(), weight.columns());
            assertThat(info.bits()).isEqualTo(weight.nominalBits());
            assertThat(info.quantized()).isTrue();
            long bytes = set.holders().keySet().stream().mapToLong(tensor -> set.tensor(tensor).bytes()).sum();
            assertThat(info.bytes()).isEqualTo(bytes);
        }
        assertThat(Files.size(path)).isPositive();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aTensorThatIsMissingOrTooShortIsNamed(String name) {
        QuantizedWeight weight = matrices().get(name);
        Map<String, Tensor> tensors = tensors(write(weight, "whole.safetensors"));
        for (String broken : tensors.keySet()) {
            if (broken.endsWith(layout(weight).mark()) || OPTIONAL.contains(broken.substring(MODULE.length() + 1))) {
                continue;
            }
            var without = new HashMap<>(tensors);
            without.remove(broken);
            assertRefused(without, broken);
            Tensor whole = tensors.get(broken);
            var shorter = new HashMap<>(tensors);
            shorter.put(broken, new Tensor(SafetensorsType.U8, List.of(whole.bytes().length + 1), new byte[whole.bytes().length + 1]));
            assertRefused(shorter, broken);
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void aFormThatCannotBeIsRefused(String name) {
        QuantizedWeight weight = matrices().get(name);
        Map<String, Tensor> tensors = tensors(write(weight, "whole.safetensors"));
        String mark = MODULE + "." + layout(weight).mark();
        Tensor form = tensors.get(mark);
        // Of a rotation these are the flags; the numbers between are seeds, and any will do.
        List<Integer> checked = layout(weight) instanceof RotatedLayout ? List.of(0, 2) : List.of(0, 1);
        for (int number : checked) {
            for (int wrong : new int[] {-1, Integer.MAX_VALUE}) {
                byte[] bytes = form.bytes().clone();
                MemorySegment.ofArray(bytes).set(ValueLayout.JAVA_INT_UNALIGNED, number * form.type().bits() / 8L, wrong);
                var changed = new HashMap<>(tensors);
                changed.put(mark, new Tensor(form.type(), form.shape(), bytes));
                assertThatThrownBy(() -> read(changed)).isInstanceOf(BitRankException.class).hasMessageContaining(MODULE);
            }
        }
    }

    private void assertRefused(Map<String, Tensor> tensors, String named) {
        assertThatThrownBy(() -> read(tensors)).as(named).isInstanceOf(BitRankException.class).hasMessageContaining(named);
    }

    private void read(Map<String, Tensor> tensors) {
        Path file = folder.resolve("model.safetensors");
        try (var writer = SafetensorsWriter.create(file)) {
            tensors.forEach((name, tensor) -> writer.put(name, tensor.type(), tensor.shape(), MemorySegment.ofArray(tensor.bytes())));
            writer.finish();
        }
        try (var set = SafetensorsSet.open(folder).orElseThrow()) {
            source(set).read(MODULE + ".weight");
        }
    }

    private static Map<String, Tensor> tensors(Path path) {
        var tensors = new HashMap<String, Tensor>();
        try (var file = SafetensorsFile.open(path)) {
            for (String name : new ArrayList<>(file.tensors().keySet())) {
                StoredTensor tensor = file.tensors().get(name);
                tensors.put(name, new Tensor(tensor.type(), tensor.shape(), file.bytes(name).toArray(ValueLayout.JAVA_BYTE)));
            }
        }
        return tensors;
    }
}
