package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.LanguageHead;
import org.bitrank.engine.model.LinearObserver;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.engine.model.TokenEmbedding;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** The calibration sequences on their way through the model: the hidden states between two blocks. */
final class CalibrationStates implements AutoCloseable {
    /** Tokens that go through a block together; more would only take memory. */
    private static final int TOKENS_TOGETHER = 4096;

    private final Backend backend;
    private final int sequences;
    private final List<TokenBatch> batches = new ArrayList<>();
    private final List<Tensor> states = new ArrayList<>();

    CalibrationStates(Calibration calibration, ModelConfig config, WeightSource weights, Backend backend) {
        this.backend = backend;
        int[][] all = calibration.sequences();
        this.sequences = all.length;
        int together = Math.max(1, TOKENS_TOGETHER / calibration.sequenceLength());
        try (var embedding = TokenEmbedding.load(config, weights, backend)) {
            for (int from = 0; from < all.length; from += together) {
                var batch = TokenBatch.of(Arrays.copyOfRange(all, from, Math.min(all.length, from + together)));
                Tensor state = backend.allocate(DType.FLOAT32, new Shape(batch.size(), config.hiddenSize()));
                states.add(state);
                batches.add(batch);
                embedding.embed(batch.tokens(), state);
            }
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /** Moves every sequence through the block. */
    void advance(DecoderBlock block, Progress progress) {
        for (int i = 0; i < states.size(); i++) {
            progress.checkCancelled();
            block.forward(states.get(i), batches.get(i), LinearObserver.NONE);
        }
    }

    /**
     * Runs every sequence through the block as it is now, leaving the states where they are, and gives for each of these
     * linear layers {@code 2 / sequences * sum x x^T} of its input.
     */
    Map<String, float[]> hessians(DecoderBlock block, Map<String, Integer> widthOfLinear, Progress progress) {
        Map<String, Tensor> sums = new HashMap<>();
        try {
            widthOfLinear.forEach((linear, width) ->
                    sums.put(linear, backend.allocate(DType.FLOAT32, new Shape(width, width))));
            LinearObserver observer = (linear, x) -> {
                Tensor sum = sums.get(linear);
                if (sum != null) {
                    backend.gram(x, 2f / sequences, sum);
                }
            };
            for (int i = 0; i < states.size(); i++) {
                progress.checkCancelled();
                try (Tensor copy = copy(states.get(i))) {
                    block.forward(copy, batches.get(i), observer);
                }
            }
            Map<String, float[]> hessians = new HashMap<>();
            sums.forEach((linear, sum) -> hessians.put(linear, backend.download(sum)));
            return hessians;
        } finally {
            sums.values().forEach(Tensor::close);
        }
    }

    /** The same of the head's input; the states are past the last norm afterwards. */
    float[] headHessian(LanguageHead head, int width) {
        try (Tensor sum = backend.allocate(DType.FLOAT32, new Shape(width, width))) {
            for (Tensor state : states) {
                head.normalize(state);
                backend.gram(state, 2f / sequences, sum);
            }
            return backend.download(sum);
        }
    }

    private Tensor copy(Tensor state) {
        Tensor copy = backend.allocate(DType.FLOAT32, state.shape());
        backend.gatherRows(state, IntStream.range(0, (int) state.rows()).toArray(), copy);
        return copy;
    }

    @Override
    public void close() {
        states.forEach(Tensor::close);
    }
}
