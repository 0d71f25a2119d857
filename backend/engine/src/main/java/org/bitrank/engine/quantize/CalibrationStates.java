package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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
                embedding.embed(batch, state);
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

    /** What methods may want to know is collected over so many sequences. */
    InputGatherer gatherer() {
        return new InputGatherer(backend, sequences, batches.stream().mapToLong(TokenBatch::size).sum());
    }

    /**
     * Runs every sequence through the block as it is now, leaving the states where they are.
     *
     * @param gatherer sees the inputs of the block's linear layers
     * @param unquantized the same sequences in the unquantized model, and its block; null where nobody asks how far they are off
     */
    void observe(DecoderBlock block, InputGatherer gatherer, Unquantized unquantized, Progress progress) {
        for (int i = 0; i < states.size(); i++) {
            progress.checkCancelled();
            if (unquantized != null) {
                unquantized.states.runCopy(i, unquantized.block, gatherer.ofUnquantized());
            }
            gatherer.startBatch();
            runCopy(i, block, gatherer);
        }
    }

    /** The way of the same sequences through the unquantized model. */
    record Unquantized(CalibrationStates states, DecoderBlock block) {}

    private void runCopy(int batch, DecoderBlock block, LinearObserver observer) {
        try (Tensor copy = copy(states.get(batch))) {
            block.forward(copy, batches.get(batch), observer);
        }
    }

    /**
     * The head's input goes into the gatherer under that name; the states are past the last norm afterwards.
     *
     * @param unquantized the same sequences in the unquantized model, or null
     */
    void observeHead(LanguageHead head, String name, InputGatherer gatherer, CalibrationStates unquantized) {
        for (int i = 0; i < states.size(); i++) {
            if (unquantized != null) {
                head.normalize(unquantized.states.get(i));
                gatherer.ofUnquantized().input(name, unquantized.states.get(i));
            }
            head.normalize(states.get(i));
            gatherer.input(name, states.get(i));
        }
    }

    /** The inputs of one layer of the block, for whole batches spread over the data, at most so many tokens but at least one batch. */
    List<ProbeInputs.Piece> inputs(DecoderBlock block, String linear, int tokens) {
        int each = batches.getFirst().size();
        int wanted = Math.clamp(tokens / each, 1, batches.size());
        var pieces = new ArrayList<ProbeInputs.Piece>();
        try {
            for (int i = 0; i < wanted; i++) {
                int batch = (int) ((long) i * batches.size() / wanted);
                runCopy(batch, block, new LinearObserver() {
                    private boolean found;

                    @Override
                    public void input(String name, Tensor x) {
                        if (name.equals(linear)) {
                            pieces.add(new ProbeInputs.Piece(batches.get(batch), copy(x)));
                            found = true;
                        }
                    }

                    @Override
                    public boolean done() {
                        return found;
                    }
                });
            }
            return pieces;
        } catch (Throwable failure) {
            pieces.forEach(piece -> piece.input().close());
            throw failure;
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
