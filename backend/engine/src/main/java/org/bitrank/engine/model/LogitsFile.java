package org.bitrank.engine.model;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Writes all logits of one sequence as a safetensors file: tensor {@code logits}, float32, {@code [tokens, vocabulary]}. */
public final class LogitsFile {
    /** Rows that go through the head at once: the device holds this many logits, the rest is on the host. */
    private static final int ROWS = 64;

    private LogitsFile() {}

    public static void write(CausalLM model, int[] tokens, Path target) {
        if (tokens.length == 0) {
            throw BitRankException.badInput("there are no token ids to run");
        }
        Backend backend = model.backend();
        int vocabulary = model.config().vocabularySize();
        long rowBytes = (long) vocabulary * Float.BYTES;
        Tensor hidden = model.hidden(TokenBatch.of(tokens));
        try (var arena = Arena.ofConfined();
                Tensor logits = backend.allocate(DType.FLOAT32, new Shape(Math.min(ROWS, tokens.length), vocabulary));
                var writer = SafetensorsWriter.create(target)) {
            MemorySegment all = arena.allocate(tokens.length * rowBytes, Long.BYTES);
            for (int first = 0; first < tokens.length; first += ROWS) {
                int count = Math.min(ROWS, tokens.length - first);
                try (Tensor rows = hidden.rows(first, count);
                        Tensor out = logits.rows(0, count)) {
                    backend.matmul(rows, model.head(), null, out);
                    backend.download(out, all.asSlice(first * rowBytes, count * rowBytes));
                }
            }
            writer.put("logits", DType.FLOAT32, List.of(tokens.length, vocabulary), all);
            writer.finish();
        }
    }
}
