package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.LinearObserver;
import org.bitrank.engine.quantize.calibration.ProbeInputs;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** What a block puts out on some inputs while nothing is rounded, to compare ways to round its layers' inputs with. */
public final class RoundingProbe implements AutoCloseable {
    /** Numbers that are summed by one thread. */
    private static final int PART = 1 << 14;

    private final DecoderBlock block;
    private final List<ProbeInputs.Piece> pieces;
    private final List<float[]> wanted = new ArrayList<>();
    private final Backend backend;

    RoundingProbe(DecoderBlock block, List<ProbeInputs.Piece> pieces, Backend backend) {
        this.block = block;
        this.pieces = pieces;
        this.backend = backend;
        pieces.forEach(piece -> wanted.add(output(piece)));
    }

    /**
     * Mean of {@code |y~ - y|^0.5} over the block's outputs, {@code y~} with inputs rounded so.
     *
     * @param roundings by linear layer of the block; the others' inputs stay as they are
     */
    public double error(Map<String, ActivationScheme> roundings) {
        roundings.forEach(block::round);
        try {
            double sum = 0;
            long count = 0;
            for (int i = 0; i < pieces.size(); i++) {
                float[] own = wanted.get(i);
                sum += rootDifference(output(pieces.get(i)), own);
                count += own.length;
            }
            return sum / count;
        } finally {
            roundings.keySet().forEach(linear -> block.round(linear, null));
        }
    }

    private static double rootDifference(float[] left, float[] right) {
        int parts = (left.length + PART - 1) / PART;
        var sums = new double[parts];
        Rows.parallel(parts, 1, (from, to) -> {
            for (int part = from; part < to; part++) {
                int end = Math.min(left.length, (part + 1) * PART);
                sums[part] = IntStream.range(part * PART, end).mapToDouble(i -> Math.sqrt(Math.abs(left[i] - right[i]))).sum();
            }
        });
        return Arrays.stream(sums).sum();
    }

    private float[] output(ProbeInputs.Piece piece) {
        try (Tensor state = Tensors.copy(piece.input(), backend)) {
            block.forward(state, piece.batch(), LinearObserver.NONE);
            return backend.download(state);
        }
    }

    @Override
    public void close() {
        pieces.forEach(piece -> piece.input().close());
    }
}
