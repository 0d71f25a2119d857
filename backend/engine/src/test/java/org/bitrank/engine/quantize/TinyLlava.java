package org.bitrank.engine.quantize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitrank.engine.Progress;
import org.bitrank.engine.SharedFiles;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** The tiny vision-language models among the fixtures, with data to calibrate on. */
record TinyLlava(Path path) {
    static TinyLlava next() {
        return new TinyLlava(SharedFiles.path("fixtures/hf/multimodal/llava_next-bf16"));
    }

    /** The same weights under other names. @param folder empty: these */
    TinyLlava named(String folder) {
        return new TinyLlava(path.resolve(folder));
    }

    List<Path> pictures() {
        try (Stream<Path> files = Files.list(path.resolve("images"))) {
            return files.sorted().toList();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** A data set of text for {@code calibration.dataset}. */
    String text(Path folder) throws IOException {
        Path file = folder.resolve("text.txt");
        var text = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            text.append("Line ").append(i * 7919 % 1000).append(" tells of ").append((char) ('a' + i % 26)).append(" and no more.\n");
        }
        Files.writeString(file, text);
        return "text:" + file;
    }

    /** A data set of pictures for {@code calibration.dataset}, one row for each and one for two. */
    String pictures(Path folder) throws IOException {
        Path file = folder.resolve("pictures.jsonl");
        var rows = new StringBuilder();
        for (Path picture : pictures()) {
            rows.append("{\"image\": \"").append(picture).append("\", \"text\": \"<image>\\nWhat is this? A picture.\"}\n");
        }
        rows.append("{\"image\": [\"%s\", \"%s\"], \"text\": \"One <image> and two <image>\\nWhich? Both.\"}\n"
                .formatted(pictures().get(0), pictures().get(1)));
        Files.writeString(file, rows);
        return "pictures:" + file;
    }

    QuantizationReport quantize(String recipe, Path output, Backend backend) {
        return Quantizer.quantize(path, Recipe.of(recipe, path.toString()), output, DataFolders.of(List.of()), backend, Progress.SILENT);
    }

    /** Logits behind a picture and some text, {@code [tokens, vocabulary]}. */
    float[] logits(Path model, Backend backend) {
        try (var checkpoint = Checkpoint.open(model); var loaded = CausalLM.load(checkpoint, backend)) {
            int[] picture = loaded.pictures().tokens().of(ImageSource.of(pictures().getFirst())).ids();
            int[] ids = IntStream.concat(IntStream.of(picture), "What is this?".chars()).toArray();
            try (Tensor logits = backend.allocate(DType.FLOAT32, new Shape(ids.length, 272))) {
                backend.matmul(loaded.hidden(TokenBatch.of(ids)), loaded.head(), null, logits);
                return backend.download(logits);
            }
        }
    }
}
