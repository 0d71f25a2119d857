package org.bitrank.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.measure.PeakMemory;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench scoring}: tokens a second over windows of text, the first window not counted. */
@Command(name = "scoring", description = "Scores windows of token ids and prints tokens per second, peak memory and mean NLL as JSON.")
final class BenchScoringCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "MODEL", description = "Catalogue id, directory or .gguf file.")
    private String model;

    @Option(names = "--input-ids", required = true, paramLabel = "FILE.json", description = "A JSON array of token ids.")
    private Path inputIds;

    @Option(names = "--sequence-length", defaultValue = "2048", description = "Tokens of a window (default ${DEFAULT-VALUE}).")
    private int sequenceLength;

    @Option(names = "--windows", defaultValue = "4", description = "Windows that are timed, after one to warm up (default ${DEFAULT-VALUE}).")
    private int windows;

    @Mixin
    private BackendOptions options;

    @Override
    public Integer call() throws Exception {
        int[] ids = readIds();
        Progress progress = ConsoleProgress.of(spec.commandLine());
        try (Backend backend = options.open();
                Checkpoint checkpoint = Checkpoint.open(ModelCatalog.resolve(model, progress));
                CausalLM languageModel = CausalLM.load(checkpoint, backend)) {
            double sum = 0;
            long nanos = 0;
            for (int window = 0; window <= windows; window++) {
                int[] tokens = Arrays.copyOfRange(ids, window * sequenceLength, (window + 1) * sequenceLength);
                long begin = System.nanoTime();
                double loss = score(languageModel, tokens);
                if (window > 0) {
                    nanos += System.nanoTime() - begin;
                    sum += loss;
                }
                progress.report("score windows", window, windows);
            }
            spec.commandLine().getOut().println(String.format(Locale.ROOT,
                    "{\"tokens_per_second\": %.1f, \"peak_mib\": %.0f, \"mean_nll\": %.6f, \"device\": \"%s\", \"compute\": \"%s\"}",
                    (double) windows * sequenceLength / nanos * 1e9, PeakMemory.bytes() / 1048576.0, sum / windows,
                    backend.device().name(), backend.computeType().label()));
        }
        return 0;
    }

    private static double score(CausalLM model, int[] tokens) {
        int scored = tokens.length - 1;
        var logProbs = new float[scored];
        try (var hidden = model.hidden(TokenBatch.of(tokens)).rows(0, scored)) {
            model.backend().targetLogProbs(
                    hidden, model.head(), Arrays.copyOfRange(tokens, 1, tokens.length), logProbs, new int[scored]);
        }
        double sum = 0;
        for (float logProb : logProbs) {
            sum -= logProb;
        }
        return sum / scored;
    }

    private int[] readIds() throws java.io.IOException {
        int needed = (windows + 1) * sequenceLength;
        try {
            int[] ids = JsonMapper.shared().readValue(Files.readString(inputIds), int[].class);
            if (ids.length < needed) {
                throw BitRankException.badInput("%s holds %,d token ids, but %d windows of %d and one to warm up need %,d"
                        .formatted(inputIds, ids.length, windows, sequenceLength, needed));
            }
            return ids;
        } catch (JacksonException malformed) {
            throw BitRankException.badInput(inputIds + " is no JSON array of token ids", malformed);
        }
    }
}
