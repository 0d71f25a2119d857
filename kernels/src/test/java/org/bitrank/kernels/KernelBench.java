package org.bitrank.kernels;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Times the operations of a forward pass at the shapes of SmolLM2-135M, one line each. Not a test: {@code bench/kernels.sh}
 * runs it with arguments {@code back end, compute type, tokens}.
 */
public final class KernelBench {
    private static final int HIDDEN = 576;
    private static final int INNER = 1536;
    private static final int LAYERS = 30;
    private static final int VOCABULARY = 49_152;
    private static final AttentionShape SHAPE = new AttentionShape(9, 3, 64, 0.125f, 0);
    private static final int KEY_WIDTH = SHAPE.keyHeads() * SHAPE.headSize();

    private final Backend backend;
    private double forwardSeconds;

    private KernelBench(Backend backend) {
        this.backend = backend;
    }

    public static void main(String[] arguments) {
        String name = arguments.length > 0 ? arguments[0] : "cpu";
        ComputeType type = arguments.length > 1 ? ComputeType.valueOf(arguments[1].toUpperCase()) : null;
        int tokens = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 2048;
        try (Backend backend = Backends.open(name, type)) {
            KernelBench bench = new KernelBench(backend);
            bench.forward(tokens);
            bench.decode();
            bench.sharedPrefixes();
            bench.calibration(tokens);
        }
    }

    private void forward(int tokens) {
        System.out.printf("%s %s, %d tokens%n", backend.device(), backend.computeType(), tokens);
        try (Tensor x = random(tokens, HIDDEN); Tensor y = random(tokens, HIDDEN);
                Tensor k = random(tokens, KEY_WIDTH); Tensor v = random(tokens, KEY_WIDTH);
                Tensor gate = random(tokens, INNER); Tensor up = random(tokens, INNER);
                Tensor gain = random(1, HIDDEN); Tensor cos = random(tokens, 32); Tensor sin = random(tokens, 32);
                PackedMatrix square = weight(HIDDEN, HIDDEN); PackedMatrix narrow = weight(KEY_WIDTH, HIDDEN);
                PackedMatrix widen = weight(INNER, HIDDEN); PackedMatrix reduce = weight(HIDDEN, INNER);
                PackedMatrix head = weight(VOCABULARY, HIDDEN)) {
            int[] positions = IntStream.range(0, tokens).toArray();
            AttentionRun[] runs = {AttentionRun.alone(0, tokens)};
            double perLayer = 2.0 * tokens;
            time("rmsNorm x2", 0, LAYERS, () -> {
                backend.rmsNorm(x, gain, 1e-5f, y);
                backend.rmsNorm(x, gain, 1e-5f, y);
            });
            time("q, k, v", perLayer * HIDDEN * (HIDDEN + 2 * KEY_WIDTH), LAYERS, () -> {
                backend.add(gain, gain);
                backend.matmul(x, square, null, y);
                backend.matmul(x, narrow, null, k);
                backend.matmul(x, narrow, null, v);
            });
            time("rotate q, k", 0, LAYERS, () -> {
                backend.rotate(y, positions, cos, sin);
                backend.rotate(k, positions, cos, sin);
            });
            try (Tensor q = random(tokens, HIDDEN); Tensor keys = random(tokens, KEY_WIDTH)) {
                time("attention", 2.0 * tokens * (tokens + 1) * HIDDEN, LAYERS,
                        () -> backend.attention(q, keys, v, SHAPE, runs, y));
            }
            time("o", perLayer * HIDDEN * HIDDEN, LAYERS, () -> backend.matmul(y, square, null, x));
            time("gate, up", 2 * perLayer * HIDDEN * INNER, LAYERS, () -> {
                backend.add(gain, gain);
                backend.matmul(x, widen, null, gate);
                backend.matmul(x, widen, null, up);
            });
            time("swiglu", 0, LAYERS, () -> backend.swiglu(gate, up, gate));
            time("down", perLayer * HIDDEN * INNER, LAYERS, () -> backend.matmul(up, reduce, null, y));
            time("add x2", 0, LAYERS, () -> {
                backend.add(x, y);
                backend.add(x, y);
            });
            int[] targets = IntStream.range(0, tokens).toArray();
            time("head", perLayer * HIDDEN * VOCABULARY, 1,
                    () -> backend.targetLogProbs(x, head, targets, new float[tokens], new int[tokens]));
            System.out.printf("forward: %.0f ms, %.0f tokens/s%n", forwardSeconds * 1e3, tokens / forwardSeconds);
            time("compare", 2 * perLayer * HIDDEN * VOCABULARY, 1,
                    () -> backend.compareDistributions(x, head, x, head, targets, Distributions.of(tokens)));
        }
    }

    private void decode() {
        forwardSeconds = 0;
        int cached = 512;
        try (Tensor x = random(1, HIDDEN); Tensor y = random(1, HIDDEN); Tensor q = random(1, HIDDEN);
                Tensor k = random(1, KEY_WIDTH); Tensor keys = random(cached, KEY_WIDTH); Tensor values = random(cached, KEY_WIDTH);
                Tensor gate = random(1, INNER); Tensor up = random(1, INNER); Tensor gain = random(1, HIDDEN)) {
            PackedMatrix[][] layers = new PackedMatrix[LAYERS][];
            for (int i = 0; i < LAYERS; i++) {
                layers[i] = new PackedMatrix[] {weight(HIDDEN, HIDDEN), weight(KEY_WIDTH, HIDDEN), weight(KEY_WIDTH, HIDDEN),
                        weight(HIDDEN, HIDDEN), weight(INNER, HIDDEN), weight(INNER, HIDDEN), weight(HIDDEN, INNER)};
            }
            AttentionRun[] runs = {new AttentionRun(0, 1, new int[] {0}, new int[] {cached}, true)};
            PackedMatrix head = weight(VOCABULARY, HIDDEN);
            time("decode, blocks", 2.0 * LAYERS * (2 * HIDDEN * HIDDEN + 2 * KEY_WIDTH * HIDDEN + 3 * HIDDEN * INNER), 1, () -> {
                for (PackedMatrix[] layer : layers) {
                    backend.rmsNorm(x, gain, 1e-5f, y);
                    backend.matmul(y, layer[0], null, q);
                    backend.matmul(y, layer[1], null, k);
                    backend.matmul(y, layer[2], null, k);
                    backend.attention(q, keys, values, SHAPE, runs, y);
                    backend.matmul(y, layer[3], null, q);
                    backend.rmsNorm(x, gain, 1e-5f, y);
                    backend.matmul(y, layer[4], null, gate);
                    backend.matmul(y, layer[5], null, up);
                    backend.swiglu(gate, up, gate);
                    backend.matmul(gate, layer[6], null, y);
                }
            });
            time("decode, head", 2.0 * HIDDEN * VOCABULARY, 1,
                    () -> backend.targetLogProbs(x, head, new int[1], new float[1], new int[1]));
            System.out.printf("decode: %.2f ms a token%n", forwardSeconds * 1e3);
            head.close();
            Arrays.stream(layers).flatMap(Arrays::stream).forEach(PackedMatrix::close);
        }
    }

    /** 16 questions of 100 tokens with 4 answers of 20 each. */
    private void sharedPrefixes() {
        AttentionRun[] runs = new AttentionRun[16 * 5];
        for (int i = 0; i < 16; i++) {
            int start = i * 180;
            runs[i * 5] = AttentionRun.alone(start, 100);
            for (int j = 0; j < 4; j++) {
                int answer = start + 100 + j * 20;
                runs[i * 5 + 1 + j] = new AttentionRun(answer, 20, new int[] {start, answer}, new int[] {100, 20});
            }
        }
        try (Tensor q = random(16 * 180, HIDDEN); Tensor k = random(16 * 180, KEY_WIDTH); Tensor v = random(16 * 180, KEY_WIDTH)) {
            double flops = 4.0 * HIDDEN * 16 * (50.5 * 100 + 4 * 20 * 110.5);
            time("attention, shared prefixes", flops, LAYERS, () -> backend.attention(q, k, v, SHAPE, runs, q));
        }
    }

    private void calibration(int tokens) {
        try (Tensor x = random(tokens, INNER); Tensor h = backend.allocate(DType.FLOAT32, new Shape(INNER, INNER))) {
            time("gram 1536", (double) tokens * INNER * (INNER + 1), 1, () -> backend.gram(x, 1f, h));
            float[] values = backend.download(h);
            for (int i = 0; i < INNER; i++) {
                values[i * INNER + i] *= 1.01f;
            }
            double n = INNER;
            time("inverseCholesky 1536", 2 * n * n * n / 3, 1, () -> {
                try (Tensor copy = backend.upload(values, h.shape())) {
                    backend.inverseCholesky(copy);
                }
            });
        }
    }

    /** The median of enough runs to fill most of a second, after as many to warm up. */
    private void time(String what, double operations, int perForward, Runnable work) {
        for (long end = System.nanoTime() + 500_000_000L; System.nanoTime() < end; ) {
            work.run();
        }
        double[] seconds = new double[300];
        int runs = 0;
        for (long end = System.nanoTime() + 700_000_000L; runs < 3 || runs < seconds.length && System.nanoTime() < end; runs++) {
            long start = clock();
            work.run();
            seconds[runs] = (clock() - start) * 1e-9;
        }
        Arrays.sort(seconds, 0, runs);
        double median = seconds[runs / 2];
        forwardSeconds += median * perForward;
        System.out.printf("  %-28s %9.3f ms (best %9.3f) x %2d %8.0f GFLOP/s%n",
                what, median * 1e3, seconds[0] * 1e3, perForward, operations / median * 1e-9);
    }

    /** On one processor (taskset -c 0) the time of this thread alone, which other programs do not disturb. */
    private static long clock() {
        return Runtime.getRuntime().availableProcessors() == 1
                ? ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime()
                : System.nanoTime();
    }

    private Tensor random(int rows, int columns) {
        return backend.upload(numbers(rows * columns), new Shape(rows, columns));
    }

    private PackedMatrix weight(int outputs, int inputs) {
        try (Arena arena = Arena.ofConfined()) {
            return backend.pack(arena.allocateFrom(ValueLayout.JAVA_FLOAT, numbers(outputs * inputs)), DType.FLOAT32, outputs, inputs);
        }
    }

    private static float[] numbers(int count) {
        var random = new Random(1);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }
}
