package org.bitrank.engine.measure;

import java.util.List;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.GreedyGenerator;
import org.bitrank.engine.model.TokenBatch;

/** Times a loaded model on tokens that do not matter: a prompt in one pass, then one sequence token by token. */
public final class SpeedProbe {
    private static final int PREFILL_TOKENS = 512;
    private static final int DECODE_TOKENS = 32;
    private static final int PREFILL_RUNS = 3;
    private static final double NANOS = 1e9;

    private SpeedProbe() {}

    public static Speed measure(CausalLM model) {
        int room = model.config().maxPositions();
        int prefillTokens = Math.min(PREFILL_TOKENS, room);
        int[] prompt = tokens(prefillTokens, model.config().vocabularySize());
        model.hidden(TokenBatch.of(prompt));
        long best = Long.MAX_VALUE;
        for (int run = 0; run < PREFILL_RUNS; run++) {
            long start = System.nanoTime();
            next(model, prompt);
            best = Math.min(best, System.nanoTime() - start);
        }
        int decodeTokens = Math.min(DECODE_TOKENS, room - 1);
        var device = model.backend().device();
        return new Speed(
                device,
                model.backend().computeType().label(),
                prefillTokens * NANOS / best,
                prefillTokens,
                decodeTokens / decodeSeconds(model, decodeTokens),
                decodeTokens,
                PeakMemory.bytes());
    }

    /** A whole prompt costs all its rows through the blocks and one through the head. */
    private static void next(CausalLM model, int[] prompt) {
        var hidden = model.hidden(TokenBatch.of(prompt));
        try (var last = hidden.rows(hidden.rows() - 1, 1)) {
            model.backend().targetLogProbs(last, model.head(), new int[1], new float[1], new int[1]);
        }
    }

    private static double decodeSeconds(CausalLM model, int count) {
        var clock = new long[1];
        int[] start = tokens(1, model.config().vocabularySize());
        // The first token is prefill and warms up; the clock starts behind it.
        try (var generator = new GreedyGenerator(model)) {
            generator.generate(start, count + 1, generated -> started(clock, generated));
            return (System.nanoTime() - clock[0]) / NANOS;
        }
    }

    private static boolean started(long[] clock, List<Integer> generated) {
        if (generated.size() == 1) {
            clock[0] = System.nanoTime();
        }
        return false;
    }

    private static int[] tokens(int count, int vocabulary) {
        var tokens = new int[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = (int) ((i * 7919L + 1) % vocabulary);
        }
        return tokens;
    }
}
