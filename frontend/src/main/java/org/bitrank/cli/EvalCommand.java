package org.bitrank.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.evaluate.ChatSettings;
import org.bitrank.engine.evaluate.DegenerateAnswers;
import org.bitrank.engine.evaluate.EvaluationReport;
import org.bitrank.engine.evaluate.EvaluationRequest;
import org.bitrank.engine.evaluate.Evaluator;
import org.bitrank.engine.evaluate.ForwardTokens;
import org.bitrank.engine.evaluate.ResultsFile;
import org.bitrank.engine.evaluate.SamplesFiles;
import org.bitrank.engine.evaluate.TaskReport;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.quantize.Quantizer;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tasks.Aggregation;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.SkippedDocument;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "eval",
        description = "Measures a model, alone or against its unquantized base.",
        footer = {"", "Tasks: bitrank tasks list. Options follow a name: piqa:limit=200, wikitext2_gptq:sequence_length=512:limit=16."})
final class EvalCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "MODEL",
            description = "Catalogue id, directory, .gguf file or hf://owner/name[@revision].")
    private String model;

    @Option(names = "--base", paramLabel = "MODEL", description = "Compare with this model, item by item and token by token.")
    private String base;

    @Option(names = "--recipe", paramLabel = "FILE|JSON",
            description = "Quantize --model by this recipe first, and measure the result against --model.")
    private String recipe;

    @Option(names = "--artifact", paramLabel = "DIR",
            description = "With --recipe: keep the quantized checkpoint here (otherwise it is deleted in the end).")
    private Path artifact;

    @Option(names = "--tasks", required = true, split = ",", paramLabel = "TASK", description = "Names or files of tasks; text:FILE scores a text.")
    private List<String> tasks;

    @Option(names = "--apply-chat-template", paramLabel = "WHEN|NAME", arity = "0..1", defaultValue = "auto", fallbackValue = "true",
            description = "Put questions as a conversation: auto (those with pictures, where the model brings a chat template), true, false, "
                    + "or one of LLaVA's: vicuna_v1, llava_llama_3, mistral_instruct, qwen_1_5.")
    private String chatTemplate;

    @Option(names = "--system-instruction", paramLabel = "TEXT", description = "What a conversation begins with.")
    private String systemInstruction;

    @Option(names = "--picture-tokens", paramLabel = "RULE", defaultValue = "transformers",
            description = "How LLaVA-NeXT's cropped pictures are counted in tokens: transformers, or original as the LLaVA code does "
                    + "(default: ${DEFAULT-VALUE}).")
    private String pictureTokens;

    @Option(names = "--num-fewshot", paramLabel = "K", description = "Examples in front of each question (default: what the task says).")
    private Integer shots;

    @Option(names = "--limit", paramLabel = "N", description = "The most documents, or windows of a text, of each task.")
    private Integer limit;

    @Option(names = "--max-length", paramLabel = "N", description = "The most tokens the model sees at once (default: what its config says).")
    private Integer maxLength;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets in the hub's layout (default: BITRANK_DATA).")
    private Path data;

    @Option(names = "--add-bos", defaultValue = "auto", paramLabel = "auto|true|false",
            description = "Beginning-of-sequence token in front of texts; auto is what the tokenizer does (default: ${DEFAULT-VALUE}).")
    private BosPolicy bos;

    @Mixin
    private BackendOptions options;

    @Option(names = "--output", paramLabel = "FILE", description = "Results file (default: standard output, where a terminal gets the figures alone).")
    private Path output;

    @Option(names = "--samples", paramLabel = "DIR", description = "Write samples_<task>.jsonl, one line a document, here.")
    private Path samples;

    @Option(names = "--resume", description = "Go on with a run that was killed; needs the same --output.")
    private boolean resume;

    @Override
    public Integer call() throws IOException {
        checkUsage();
        Progress progress = ConsoleProgress.of(spec.commandLine());
        boolean kept = output != null;
        Path work = kept ? output.resolveSibling(output.getFileName() + ".run") : Files.createTempDirectory("bitrank-eval-");
        boolean done = false;
        try {
            EvaluationReport report = Evaluator.evaluate(request(work, progress), progress);
            if (samples != null) {
                SamplesFiles.write(report, samples);
            }
            if (kept) {
                ResultsFile.write(report, output);
                print(report, spec.commandLine().getOut());
            } else if (CommandLineTool.of(spec.commandLine()).terminal()) {
                // Nobody reads some hundred lines of JSON as they roll by; what reads them is no terminal.
                print(report, spec.commandLine().getOut());
                spec.commandLine().getErr().println("The results file, with protocol and checksums: --output FILE, or pipe standard output.");
            } else {
                spec.commandLine().getOut().print(ResultsFile.text(report));
                spec.commandLine().getOut().flush();
            }
            done = true;
            return 0;
        } finally {
            // What a failed run has finished stays beside --output for --resume.
            if (done || !kept || isBare(work)) {
                delete(work);
            }
        }
    }

    private void checkUsage() {
        if (resume && output == null) {
            throw usage("--resume needs the --output of the run to go on with");
        }
        if (recipe != null && base != null) {
            throw usage("with --recipe the base is --model; leave --base out");
        }
        if (artifact != null && recipe == null) {
            throw usage("--artifact is for what --recipe makes");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private EvaluationRequest request(Path work, Progress progress) {
        // Before anything that takes long.
        var rounding = AnyResolution.Rounding.of(pictureTokens);
        Path measured = ModelCatalog.resolve(model, progress);
        Path compared = base == null ? null : ModelCatalog.resolve(base, progress);
        if (recipe != null) {
            compared = measured;
            measured = quantized(measured, artifact == null ? work.resolve("artifact") : artifact, progress);
        }
        return new EvaluationRequest(measured, compared, tasks, shots, limit, data, bos, new ChatSettings(chatTemplate, systemInstruction),
                rounding, maxLength, options.backend, options.compute, work, compared == null ? null : work.resolve("base"), resume, true);
    }

    private Path quantized(Path source, Path target, Progress progress) {
        if (resume && Files.isDirectory(target)) {
            return target;
        }
        if (artifact == null) {
            delete(target);
        }
        var parsed = Recipe.of(recipe, model);
        List<Path> folders = data == null ? List.of() : List.of(data);
        // In the type of the measurement, as a server does: its rows name this command as what gives the same numbers.
        try (var backend = options.open()) {
            return Quantizer.quantize(source, parsed, target, DataFolders.of(folders), backend, progress).path();
        }
    }

    private static void print(EvaluationReport report, PrintWriter out) {
        for (var task : report.tasks()) {
            for (int i = 0; i < task.metrics().size(); i++) {
                var metric = task.metrics().get(i);
                out.printf(Locale.ROOT, "%-24s %-16s %10.4f", task.name(), metric.metric(), metric.value());
                if (metric.stderr() != null) {
                    out.printf(Locale.ROOT, " ± %.4f", metric.stderr());
                }
                if (!task.comparisons().isEmpty()) {
                    var against = task.comparisons().get(i);
                    out.printf(Locale.ROOT, "   base %.4f, difference %+.4f", against.base(), against.difference());
                    out.print(unit(task.task().task().aggregation(metric.metric()), metric.metric()));
                    if (against.low() != null) {
                        out.printf(Locale.ROOT, " [%+.4f, %+.4f]", against.low(), against.high());
                    }
                    if (against.mcNemar() != null) {
                        out.printf(Locale.ROOT, ", lost %d, gained %d (p = %.3g)",
                                against.mcNemar().lost(), against.mcNemar().gained(), against.pValue());
                    }
                }
                out.println();
            }
            printFaults(task, out);
            if (task.tokens() != null) {
                out.printf(Locale.ROOT, "%-24s %-16s %10.5f nats, median %.5f, 99th percentile %.5f, same top token %.2f %%, top five %.2f %%%n",
                        task.name(), "KL divergence", task.tokens().divergence(), task.tokens().medianDivergence(),
                        task.tokens().tailDivergence(), 100 * task.tokens().topAgreement(), 100 * task.tokens().topFiveAgreement());
            }
        }
        for (var group : report.groups()) {
            for (var metric : group.metrics()) {
                out.printf(Locale.ROOT, "%-24s %-16s %10.4f%s%n", group.group().name(), metric.metric(), metric.value(),
                        metric.stderr() == null ? "" : String.format(Locale.ROOT, " ± %.4f", metric.stderr()));
            }
        }
        ForwardTokens forward = report.forward();
        out.printf(Locale.ROOT, "%,d forward tokens, %.2f of the %,d that a plain harness would run%n",
                forward.run(), forward.share(), forward.plain());
        if (report.speed() != null) {
            out.printf(Locale.ROOT, "prefill %.0f tokens/s, decode %.1f tokens/s, peak memory %d MiB on %s%n",
                    report.speed().prefillTokensPerSecond(), report.speed().decodeTokensPerSecond(),
                    report.peakMemoryBytes() >> 20, report.speed().device().name());
        }
        out.flush();
    }

    /** Of a difference, where that is not the metric's own. */
    private static String unit(Aggregation aggregation, String metric) {
        return switch (aggregation) {
            case WINDOW_PERPLEXITY -> " nats a token";
            case WEIGHTED_PERPLEXITY -> metric.startsWith("byte") ? " nats a byte" : " nats a word";
            // Of one continuation an item, whatever its length.
            case PERPLEXITY -> " nats an item";
            default -> "";
        };
    }

    private static void printFaults(TaskReport task, PrintWriter out) {
        DegenerateAnswers degenerate = task.statistics().degenerate();
        if (degenerate != null && degenerate.total() > 0) {
            String same = degenerate.same() == 0 ? "" : ", %d say '%s' as nearly all do".formatted(degenerate.same(), degenerate.common());
            out.printf(Locale.ROOT, "%-24s %-16s %5d of %d: %d empty, %d repeat one piece to the end%s%n",
                    task.name(), "degenerate answers", degenerate.total(), degenerate.answers(), degenerate.empty(), degenerate.repeating(), same);
        }
        List<SkippedDocument> skipped = task.task().skipped();
        if (!skipped.isEmpty()) {
            out.printf(Locale.ROOT, "%-24s %-16s %5d documents with bad pictures; the first, %d: %s%n",
                    task.name(), "left out", skipped.size(), skipped.getFirst().documentId(), skipped.getFirst().reason());
        }
    }

    /** Whether a run ended before it finished anything. */
    private static boolean isBare(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return true;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).allMatch(file -> file.endsWith("lock"));
        }
    }

    private static void delete(Path directory) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException left) {
            throw new UncheckedIOException(left);
        }
    }
}
