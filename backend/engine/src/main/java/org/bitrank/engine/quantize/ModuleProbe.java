package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.ScaleSite;
import org.bitrank.engine.quantize.calibration.ProbeInputs;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** What a module puts out on some inputs with its own weights, to compare other weights with. */
public final class ModuleProbe implements AutoCloseable {
    /** Numbers that are summed by one thread. */
    private static final int PART = 1 << 14;

    private final BlockPreparation preparation;
    private final DecoderBlock block;
    private final ScaleSite site;
    private final List<ProbeInputs.Piece> pieces;
    private final List<float[]> wanted = new ArrayList<>();
    /** Layers that have other weights than their own. */
    private final Set<String> replaced = new HashSet<>();

    private final Backend backend;

    ModuleProbe(BlockPreparation preparation, DecoderBlock block, ScaleSite site, List<ProbeInputs.Piece> pieces, Backend backend) {
        this.preparation = preparation;
        this.block = block;
        this.site = site;
        this.pieces = pieces;
        this.backend = backend;
        if (site.measure() == ScaleSite.Measure.LINEAR) {
            throw new IllegalArgumentException("the products of " + site.consumers() + " alone need no module; use their inputs' second moments");
        }
        pieces.forEach(piece -> wanted.add(output(piece)));
    }

    /**
     * Mean squared difference between the module's outputs with these weights and with its own.
     *
     * @param candidates matrices by linear layer of the block; the others stay as they are
     */
    public double error(Map<String, float[]> candidates) {
        replaced.stream().filter(linear -> !candidates.containsKey(linear)).forEach(this::restore);
        replaced.addAll(candidates.keySet());
        candidates.forEach(this::put);
        double sum = 0;
        long count = 0;
        for (int i = 0; i < pieces.size(); i++) {
            float[] got = output(pieces.get(i));
            float[] own = wanted.get(i);
            sum += squaredDifference(got, own);
            count += own.length;
        }
        return sum / count;
    }

    private static double squaredDifference(float[] left, float[] right) {
        int parts = (left.length + PART - 1) / PART;
        var sums = new double[parts];
        Rows.parallel(parts, 1, (from, to) -> {
            for (int part = from; part < to; part++) {
                double sum = 0;
                for (int i = part * PART; i < Math.min(left.length, (part + 1) * PART); i++) {
                    double difference = left[i] - right[i];
                    sum += difference * difference;
                }
                sums[part] = sum;
            }
        });
        return Arrays.stream(sums).sum();
    }

    private void put(String linear, float[] weight) {
        block.replace(linear, DenseWeight.of(weight, preparation.rows(linear), preparation.columns(linear)));
    }

    private void restore(String linear) {
        put(linear, preparation.weight(linear));
    }

    private float[] output(ProbeInputs.Piece piece) {
        Tensor output = site.measure() == ScaleSite.Measure.ATTENTION
                ? block.runAttention(piece.input(), piece.batch())
                : block.runFeedForward(piece.input());
        return backend.download(output);
    }

    /** Gives the layers their own weights back. */
    @Override
    public void close() {
        replaced.forEach(this::restore);
        pieces.forEach(piece -> piece.input().close());
    }
}
