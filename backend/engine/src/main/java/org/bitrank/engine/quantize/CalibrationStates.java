package org.bitrank.engine.quantize;

import java.nio.file.Path;
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
    private static final int TOKENS_TOGETHER = 2048;

    /** Tokens of a sequence on which modules are compared, where there are sequences enough: the length of AWQ's own. */
    private static final int PROBED = 512;

    private final Backend backend;
    private final int[][] sequences;
    private final int together;
    private final List<TokenBatch> batches = new ArrayList<>();
    private final SequenceStates states;

    /** @param scratch folder for states that are too many for the memory */
    CalibrationStates(Calibration calibration, ModelConfig config, WeightSource weights, Path scratch, Backend backend) {
        this.backend = backend;
        this.sequences = calibration.sequences();
        this.together = Math.max(1, TOKENS_TOGETHER / calibration.sequenceLength());
        long bytes = 4L * sequences.length * calibration.sequenceLength() * config.hiddenSize();
        long modelBytes = weights.names().stream().mapToLong(name -> weights.info(name).bytes()).sum();
        this.states = SequenceStates.of(bytes, modelBytes, scratch, backend);
        try (var embedding = TokenEmbedding.load(config, weights, backend)) {
            for (int from = 0; from < sequences.length; from += together) {
                var batch = TokenBatch.of(Arrays.copyOfRange(sequences, from, Math.min(sequences.length, from + together)));
                Tensor state = backend.allocate(DType.FLOAT32, new Shape(batch.size(), config.hiddenSize()));
                batches.add(batch);
                embedding.embed(batch, state);
                states.add(state);
            }
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /** Moves every sequence through the block. */
    void advance(DecoderBlock block, Progress progress) {
        for (int i = 0; i < batches.size(); i++) {
            TokenBatch batch = batches.get(i);
            progress.checkCancelled();
            states.change(i, state -> block.forward(state, batch, LinearObserver.NONE));
        }
    }

    /** What methods may want to know is collected over so many sequences. */
    InputGatherer gatherer() {
        return new InputGatherer(backend, sequences.length, batches.stream().mapToLong(TokenBatch::size).sum());
    }

    /**
     * Runs every sequence through the block as it is now, leaving the states where they are.
     *
     * @param gatherer sees the inputs of the block's linear layers
     * @param unquantized the same sequences in the unquantized model, and its block; null where nobody asks how far they are off
     */
    void observe(DecoderBlock block, InputGatherer gatherer, Unquantized unquantized, Progress progress) {
        for (int i = 0; i < batches.size(); i++) {
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
        try (Tensor copy = states.copy(batch)) {
            block.forward(copy, batches.get(batch), observer);
        }
    }

    /**
     * The head's input goes into the gatherer under that name; the states are past the last norm afterwards.
     *
     * @param unquantized the same sequences in the unquantized model, or null
     */
    void observeHead(LanguageHead head, String name, InputGatherer gatherer, CalibrationStates unquantized) {
        for (int i = 0; i < batches.size(); i++) {
            if (unquantized != null) {
                unquantized.states.change(i, state -> normalize(head, name, state, gatherer.ofUnquantized()));
            }
            states.change(i, state -> normalize(head, name, state, gatherer));
        }
    }

    private static void normalize(LanguageHead head, String name, Tensor state, LinearObserver observer) {
        head.normalize(state);
        observer.input(name, state);
    }

    /**
     * The inputs of one layer of the block for the beginnings of sequences spread over the data: at most so many tokens, but at
     * least one sequence.
     */
    List<ProbeInputs.Piece> inputs(DecoderBlock block, String linear, int tokens) {
        int length = sequences[0].length;
        int wanted = Math.clamp(tokens / Math.min(PROBED, length), 1, sequences.length);
        int each = Math.clamp(tokens / wanted, 1, length);
        int inPiece = Math.max(1, TOKENS_TOGETHER / each);
        var pieces = new ArrayList<ProbeInputs.Piece>();
        try {
            for (int from = 0; from < wanted; from += inPiece) {
                var chosen = new int[Math.min(inPiece, wanted - from)];
                for (int i = 0; i < chosen.length; i++) {
                    chosen[i] = (int) ((long) (from + i) * sequences.length / wanted);
                }
                pieces.add(piece(block, linear, chosen, each));
            }
            return pieces;
        } catch (Throwable failure) {
            pieces.forEach(piece -> piece.input().close());
            throw failure;
        }
    }

    /** The inputs of the layer for the first tokens of some sequences. */
    private ProbeInputs.Piece piece(DecoderBlock block, String linear, int[] chosen, int length) {
        var beginnings = new int[chosen.length][];
        for (int i = 0; i < chosen.length; i++) {
            beginnings[i] = Arrays.copyOf(sequences[chosen[i]], length);
        }
        TokenBatch batch = TokenBatch.of(beginnings);
        var found = new ArrayList<Tensor>();
        try (Tensor state = beginnings(chosen, length)) {
            block.forward(state, batch, new LinearObserver() {
                @Override
                public void input(String name, Tensor x) {
                    if (name.equals(linear) && found.isEmpty()) {
                        found.add(Tensors.copy(x, backend));
                    }
                }

                @Override
                public boolean done() {
                    return !found.isEmpty();
                }
            });
        }
        return new ProbeInputs.Piece(batch, found.getFirst());
    }

    /** The states of the first tokens of some sequences, one sequence after the other. */
    private Tensor beginnings(int[] chosen, int length) {
        Tensor all = null;
        try {
            for (int i = 0; i < chosen.length; i++) {
                try (Tensor state = states.copy(chosen[i] / together)) {
                    if (all == null) {
                        all = backend.allocate(DType.FLOAT32, new Shape((long) chosen.length * length, state.columns()));
                    }
                    int first = i * length;
                    int start = chosen[i] % together * sequences[0].length;
                    backend.scatterRows(state.rows(start, length), IntStream.range(first, first + length).toArray(), all);
                }
            }
            return all;
        } catch (Throwable failure) {
            if (all != null) {
                all.close();
            }
            throw failure;
        }
    }

    @Override
    public void close() {
        states.close();
    }
}
