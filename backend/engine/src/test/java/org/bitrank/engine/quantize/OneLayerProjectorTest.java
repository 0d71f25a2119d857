package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsFile;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;
import org.bitrank.kernels.cpu.CpuBackend;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Early models' projector of one layer, whose name in the files is what those of two layers begin with. */
class OneLayerProjectorTest {
    @TempDir
    private Path folder;

    private static Path model() throws URISyntaxException {
        return Path.of(OneLayerProjectorTest.class.getResource("/llava/early-linear/config.json").toURI()).getParent();
    }

    private static float[] logits(Path model, Path picture, Backend backend) {
        try (var checkpoint = Checkpoint.open(model); var loaded = CausalLM.load(checkpoint, backend)) {
            int[] rows = loaded.pictures().tokens().of(ImageSource.of(picture)).ids();
            int[] ids = IntStream.concat(IntStream.of(rows), IntStream.of(17, 8, 31)).toArray();
            try (Tensor logits = backend.allocate(DType.FLOAT32, new Shape(ids.length, loaded.config().vocabularySize()))) {
                backend.matmul(loaded.hidden(TokenBatch.of(ids)), loaded.head(), null, logits);
                return backend.download(logits);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "prepare: [{method: quarot}], "})
    void isQuantizedRotatedAndReadBack(String prepared) throws Exception {
        String recipe = "{%smethod: rtn, weights: {bits: 8, group-size: channel}, scope: {towers: [language, projector, vision]}}".formatted(prepared);
        try (Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            QuantizationReport report = Quantizer.quantize(
                    model(), Recipe.of(recipe, model().toString()), folder.resolve("out"), DataFolders.of(List.of()), backend, Progress.SILENT);
            assertThat(report.layers()).isEqualTo(14 + 1 + 18);
            float[] base = logits(model(), model().resolve("picture.png"), backend);
            float[] coded = logits(folder.resolve("out"), model().resolve("picture.png"), backend);
            double furthest = IntStream.range(0, base.length).mapToDouble(i -> Math.abs(base[i] - coded[i])).max().orElseThrow();
            assertThat(furthest).isBetween(1e-6, 0.2);
        }
        try (var checkpoint = Checkpoint.open(folder.resolve("out"))) {
            assertThat(checkpoint.weights().info("multi_modal_projector.linear.weight").bits()).isEqualTo(8);
        }
    }

    @Test
    void keepsItsNameInTheFiles() throws Exception {
        try (Backend backend = new CpuBackend(ComputeType.FLOAT32)) {
            Quantizer.quantize(model(), Recipe.of("{method: rtn, weights: {bits: 4, group-size: channel}, scope: {towers: [projector]}}", model().toString()),
                    folder.resolve("out"), DataFolders.of(List.of()), backend, Progress.SILENT);
        }
        try (var file = SafetensorsFile.open(folder.resolve("out/model.safetensors"))) {
            assertThat(file.names()).anyMatch(name -> name.startsWith("model.mm_projector.weight_")).contains("model.mm_projector.bias")
                    .noneMatch(name -> name.startsWith("multi_modal_projector"));
        }
    }
}
