package org.bitrank.engine.quantize.calibration;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.model.LinearObserver;
import org.bitrank.engine.quantize.Rows;
import org.bitrank.engine.quantize.Tensors;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Collects, over many batches, what methods want to know of the inputs of some linear layers. */
public final class InputGatherer implements LinearObserver, AutoCloseable {
    /** Tokens whose inputs are kept as samples: AWQ's own number. */
    static final int SAMPLES = 512;

    /** Tokens that are looked at together: so few that they stay in the cache. */
    private static final int ROWS = 256;

    /** Columns that one thread takes at least: whole lines of the cache. */
    private static final int COLUMNS = 64;

    /** What is asked of one layer's input, and what is known so far. */
    private final class Collected {
        private final int width;
        private final Set<InputNeed> needs;
        private final Tensor hessian;
        private final Tensor deviation;
        private final double[] sum;
        private final float[] largest;
        private final float[] lowest;
        private final float[] highest;
        private final float[] samples;
        private int sampled;
        private long seen;

        Collected(int width, Set<InputNeed> needs) {
            this.width = width;
            this.needs = needs;
            hessian = needs.contains(InputNeed.HESSIAN) ? backend.allocate(DType.FLOAT32, new Shape(width, width)) : null;
            deviation = needs.contains(InputNeed.DEVIATION) ? backend.allocate(DType.FLOAT32, new Shape(width, width)) : null;
            boolean magnitudes = needs.contains(InputNeed.MAGNITUDES);
            sum = magnitudes ? new double[width] : null;
            largest = magnitudes ? new float[width] : null;
            boolean ranges = needs.contains(InputNeed.RANGES);
            lowest = ranges ? new float[width] : null;
            highest = ranges ? new float[width] : null;
            samples = needs.contains(InputNeed.SAMPLES) ? new float[(int) Math.min(SAMPLES, tokens) * width] : null;
        }

        void add(Tensor x, Tensor unquantized) {
            if (hessian != null) {
                backend.gram(x, 2f / sequences, hessian);
            }
            if (deviation != null) {
                addDeviation(x, unquantized);
            }
            if (sum != null || lowest != null || samples != null) {
                for (long first = 0; first < x.rows(); first += ROWS) {
                    addValues(backend.download(x.rows(first, Math.min(ROWS, x.rows() - first))), first);
                }
            }
            seen += x.rows();
        }

        private void addDeviation(Tensor x, Tensor unquantized) {
            backend.crossGram(unquantized, x, 2f / sequences, deviation);
            backend.gram(x, -2f / sequences, deviation);
        }

        /** @param first number of the first row in its batch */
        private void addValues(float[] values, long first) {
            int rows = values.length / width;
            if (sum != null) {
                // Each column is summed by one thread, token after token.
                Rows.parallel(width, COLUMNS, (from, to) -> addMagnitudes(values, rows, from, to));
            }
            if (lowest != null) {
                Rows.parallel(width, COLUMNS, (from, to) -> addRanges(values, rows, from, to));
            }
            for (int row = 0; row < rows; row++) {
                keep(values, row, first + row);
            }
        }

        private void addMagnitudes(float[] values, int rows, int from, int to) {
            for (int row = 0; row < rows; row++) {
                int start = row * width;
                for (int column = from; column < to; column++) {
                    float magnitude = Math.abs(values[start + column]);
                    sum[column] += magnitude;
                    largest[column] = Math.max(largest[column], magnitude);
                }
            }
        }

        private void addRanges(float[] values, int rows, int from, int to) {
            for (int row = 0; row < rows; row++) {
                int start = row * width;
                for (int column = from; column < to; column++) {
                    lowest[column] = Math.min(lowest[column], values[start + column]);
                    highest[column] = Math.max(highest[column], values[start + column]);
                }
            }
        }

        /** Sample {@code i} is token {@code i * tokens / samples}, so that they are spread over all of the data. */
        private void keep(float[] values, int row, long inBatch) {
            int wanted = samples == null ? 0 : samples.length / width;
            if (sampled < wanted && seen + inBatch >= sampled * tokens / wanted) {
                System.arraycopy(values, row * width, samples, sampled++ * width, width);
            }
        }

        LayerInputs result() {
            return new LayerInputs(
                    hessian == null ? null : backend.download(hessian),
                    deviation == null ? null : backend.download(deviation),
                    sum == null ? null : mean(),
                    largest,
                    lowest,
                    highest,
                    samples == null ? null : Arrays.copyOf(samples, sampled * width));
        }

        private float[] mean() {
            var mean = new float[width];
            for (int column = 0; column < width; column++) {
                // An expert that no token reached has seen nothing.
                mean[column] = (float) (sum[column] / Math.max(1, seen));
            }
            return mean;
        }

        void close() {
            if (hessian != null) {
                hessian.close();
            }
            if (deviation != null) {
                deviation.close();
            }
        }
    }

    private final Backend backend;
    private final int sequences;
    private final long tokens;
    private final Map<String, Collected> collected = new HashMap<>();
    /** The same layers' inputs in the unquantized model for the batch that is about to run. */
    private final Map<String, Tensor> unquantized = new HashMap<>();
    /** Layers that the pass that is running has not come to. */
    private final Set<String> awaited = new HashSet<>();

    public InputGatherer(Backend backend, int sequences, long tokens) {
        this.backend = backend;
        this.sequences = sequences;
        this.tokens = tokens;
    }

    /** Asks for something of a layer's input of that width. */
    public void expect(String linear, int width, Set<InputNeed> needs) {
        if (!needs.isEmpty()) {
            collected.put(linear, new Collected(width, EnumSet.copyOf(needs)));
        }
    }

    public boolean wantsDeviation() {
        return collected.values().stream().anyMatch(each -> each.needs.contains(InputNeed.DEVIATION));
    }

    public boolean empty() {
        return collected.isEmpty();
    }

    /** Remembers the inputs of the unquantized model; to be run on each batch before the quantized one. */
    public LinearObserver ofUnquantized() {
        return (linear, x) -> {
            Collected each = collected.get(linear);
            if (each != null && each.needs.contains(InputNeed.DEVIATION)) {
                unquantized.put(linear, Tensors.copy(x, backend));
            }
        };
    }

    @Override
    public void input(String linear, Tensor x) {
        Collected each = collected.get(linear);
        awaited.remove(linear);
        if (each != null) {
            try (Tensor other = unquantized.remove(linear)) {
                each.add(x, other);
            }
        }
    }

    @Override
    public boolean done() {
        return awaited.isEmpty();
    }

    /** To be called before each batch. Its outputs are not computed further than inputs are asked for. */
    public void startBatch() {
        awaited.addAll(collected.keySet());
    }

    /** What was found, by layer. */
    public Map<String, LayerInputs> results() {
        var results = new HashMap<String, LayerInputs>();
        collected.forEach((linear, each) -> results.put(linear, each.result()));
        return results;
    }

    @Override
    public void close() {
        collected.values().forEach(Collected::close);
        unquantized.values().forEach(Tensor::close);
    }
}
