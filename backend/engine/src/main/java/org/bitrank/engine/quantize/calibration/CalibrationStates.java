package org.bitrank.engine.quantize.calibration;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.image.ProcessedImage;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.LanguageHead;
import org.bitrank.engine.model.LinearObserver;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.engine.model.TokenEmbedding;
import org.bitrank.engine.model.TowerConfig;
import org.bitrank.engine.model.VisionTower;
import org.bitrank.engine.model.VisualEmbeddings;
import org.bitrank.engine.quantize.Tensors;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** The calibration sequences, or tiles of pictures, on their way through a model: the hidden states between two blocks. */
public final class CalibrationStates implements AutoCloseable {
    /** Tokens that go through a block together; more would only take memory. */
    private static final int TOKENS_TOGETHER = 2048;

    /** Tokens of a sequence on which modules are compared, where there are sequences enough: the length of AWQ's own. */
    private static final int PROBED = 512;

    private final Backend backend;
    /** What goes through the model; of tiles only their lengths count. */
    private final int[][] sequences;
    /** The batch of each sequence, and its first row there. */
    private final int[] batchOf;
    private final int[] startOf;
    private final List<TokenBatch> batches = new ArrayList<>();
    private final SequenceStates states;
    /** Whether a sequence can be cut off: rows at its beginning do not depend on those behind. */
    private final boolean causal;

    private CalibrationStates(int[][] sequences, int width, boolean causal, WeightSource weights, Path scratch, Backend backend) {
        this.backend = backend;
        this.sequences = sequences;
        this.batchOf = new int[sequences.length];
        this.startOf = new int[sequences.length];
        this.causal = causal;
        long bytes = 4L * tokens() * width;
        long modelBytes = weights.names().stream().mapToLong(name -> weights.info(name).bytes()).sum();
        this.states = SequenceStates.of(bytes, modelBytes, scratch, backend);
    }

    /** Sequences of tokens as they enter a language model that is shown no pictures. @param scratch folder for states that are too many for the memory */
    public CalibrationStates(Calibration calibration, ModelConfig config, WeightSource weights, Path scratch, Backend backend) {
        this(calibration, config, weights, null, scratch, backend);
    }

    /**
     * Sequences of tokens as they enter a language model.
     *
     * @param pictures what tokens of pictures become; null where there are none
     * @param scratch folder for states that are too many for the memory
     */
    public CalibrationStates(
            Calibration calibration, ModelConfig config, WeightSource weights, VisualEmbeddings pictures, Path scratch, Backend backend) {
        this(calibration.sequences(), config.hiddenSize(), true, weights, scratch, backend);
        try (var embedding = TokenEmbedding.load(config, weights, backend, pictures)) {
            for (int from = 0; from < sequences.length;) {
                int to = together(from);
                var batch = TokenBatch.of(Arrays.copyOfRange(sequences, from, to));
                Tensor state = backend.allocate(DType.FLOAT32, new Shape(batch.size(), config.hiddenSize()));
                embedding.embed(batch, state);
                add(batch, state, from, to);
                from = to;
            }
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /** Tiles of pictures as they enter a vision tower's first block. */
    public CalibrationStates(CalibrationPictures pictures, TowerConfig config, WeightSource weights, Path scratch, Backend backend) {
        this(new int[pictures.tiles()][config.tokens()], config.blocks().hiddenSize(), false, weights, scratch, backend);
        try (var entrance = VisionTower.load(config, 0, weights, backend)) {
            var entered = new ArrayList<Tensor>();
            int from = 0;
            for (ImageSource image : pictures.images()) {
                ProcessedImage picture = pictures.reader().read(image);
                int most = Math.max(1, TOKENS_TOGETHER / config.tokens());
                for (int first = 0; first < picture.tiles(); first += most) {
                    int count = Math.min(most, picture.tiles() - first);
                    entrance.run(picture.pixels(first, count), count, (index, x) -> entered.add(Tensors.copy(x, backend)));
                    add(VisionTower.batch(config, count), entered.removeLast(), from, from + count);
                    from += count;
                }
            }
        } catch (Throwable failure) {
            close();
            throw failure;
        }
    }

    /** The end of the run of sequences from {@code from} on that go together. */
    private int together(int from) {
        int tokens = sequences[from].length;
        int to = from + 1;
        while (to < sequences.length && tokens + sequences[to].length <= TOKENS_TOGETHER) {
            tokens += sequences[to++].length;
        }
        return to;
    }

    private void add(TokenBatch batch, Tensor state, int from, int to) {
        int start = 0;
        for (int i = from; i < to; i++) {
            batchOf[i] = batches.size();
            startOf[i] = start;
            start += sequences[i].length;
        }
        batches.add(batch);
        states.add(state);
    }

    private long tokens() {
        return Stream.of(sequences).mapToLong(sequence -> sequence.length).sum();
    }

    /** Moves every sequence through the block. */
    public void advance(DecoderBlock block, Progress progress) {
        for (int i = 0; i < batches.size(); i++) {
            TokenBatch batch = batches.get(i);
            progress.checkCancelled();
            states.change(i, state -> block.forward(state, batch, LinearObserver.NONE));
        }
    }

    /** What methods may want to know is collected over so many sequences. */
    public InputGatherer gatherer() {
        return new InputGatherer(backend, sequences.length, tokens());
    }

    /**
     * Runs every sequence through the block as it is now, leaving the states where they are.
     *
     * @param gatherer sees the inputs of the block's linear layers
     * @param unquantized the same sequences in the unquantized model, and its block; null where nobody asks how far they are off
     */
    public void observe(DecoderBlock block, InputGatherer gatherer, Unquantized unquantized, Progress progress) {
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
    public record Unquantized(CalibrationStates states, DecoderBlock block) {}

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
    public void observeHead(LanguageHead head, String name, InputGatherer gatherer, CalibrationStates unquantized) {
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
     * The inputs of one layer of the block, or with null of the block itself, for the beginnings of sequences spread over the data: at most so many tokens, but at
     * least one sequence.
     */
    public List<ProbeInputs.Piece> inputs(DecoderBlock block, String linear, int tokens) {
        int length = Math.toIntExact(tokens() / sequences.length);
        int wanted = Math.clamp(tokens / (causal ? Math.min(PROBED, length) : length), 1, sequences.length);
        int each = causal ? Math.clamp(tokens / wanted, 1, longest()) : length;
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

    private int longest() {
        return Stream.of(sequences).mapToInt(sequence -> sequence.length).max().orElse(0);
    }

    /** The inputs of the layer for the first tokens of some sequences. */
    private ProbeInputs.Piece piece(DecoderBlock block, String linear, int[] chosen, int length) {
        var beginnings = new int[chosen.length][];
        for (int i = 0; i < chosen.length; i++) {
            int[] sequence = sequences[chosen[i]];
            beginnings[i] = Arrays.copyOf(sequence, Math.min(length, sequence.length));
        }
        TokenBatch batch = TokenBatch.of(beginnings);
        if (linear == null) {
            return new ProbeInputs.Piece(batch, beginnings(chosen, beginnings));
        }
        var found = new ArrayList<Tensor>();
        try (Tensor state = beginnings(chosen, beginnings)) {
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
    private Tensor beginnings(int[] chosen, int[][] beginnings) {
        int rows = Stream.of(beginnings).mapToInt(beginning -> beginning.length).sum();
        Tensor all = null;
        try {
            int first = 0;
            for (int i = 0; i < chosen.length; i++) {
                int length = beginnings[i].length;
                try (Tensor state = states.copy(batchOf[chosen[i]])) {
                    if (all == null) {
                        all = backend.allocate(DType.FLOAT32, new Shape(rows, state.columns()));
                    }
                    backend.scatterRows(state.rows(startOf[chosen[i]], length), IntStream.range(first, first + length).toArray(), all);
                }
                first += length;
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
