package org.bitrank.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.quantize.CodedAs;
import org.bitrank.engine.quantize.Quantizer;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "quantize",
        description = "Recipe in, artifact out, with a bitrank.json manifest.",
        footer = {"", "Methods and their options: bitrank methods list, bitrank methods show NAME."})
final class QuantizeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, description = "Catalogue id, directory, .gguf file or hf://owner/name.")
    private String model;

    @Option(
            names = "--recipe",
            required = true,
            paramLabel = "FILE|JSON",
            description = "Recipe file (YAML or JSON), or JSON itself. The model named here replaces the recipe's.")
    private String recipe;

    @Option(names = "--output", required = true, description = "Directory to write; must not exist or be empty.")
    private Path output;

    @Option(names = "--format", description = "How the artifact is written, instead of the recipe's format.")
    private String format;

    @Option(names = "--backend", defaultValue = "auto", paramLabel = "NAME",
            description = "auto, cpu, cuda, cuda:N or reference (default: ${DEFAULT-VALUE}).")
    private String backend;

    @Option(names = "--compute", defaultValue = "float32", paramLabel = "TYPE",
            description = "float32 or bfloat16, the type of matrix products in calibration (default: ${DEFAULT-VALUE}). A server's artifacts,"
                    + " and those of eval --recipe, are made in the type that they are measured in.")
    private ComputeType compute;

    @Option(names = "--data", description = "Folder with data sets in the hub's layout, before BITRANK_DATA.")
    private List<Path> data = List.of();

    @Override
    public Integer call() {
        var complete = Recipe.of(recipe, model);
        Recipe.unusedCalibration(recipe, complete).ifPresent(note -> spec.commandLine().getErr().println("note: " + note));
        if (format != null) {
            complete = complete.withFormat(format);
        }
        var progress = new BlockByBlock(ConsoleProgress.of(spec.commandLine()));
        Path base = ModelCatalog.resolve(model, progress);
        try (var device = Backends.open(backend, compute)) {
            var report = Quantizer.quantize(base, complete, output, DataFolders.of(data), device, progress);
            CodedAs coded = CodedAs.of(report.path(), JsonMapper.shared());
            spec.commandLine().getOut().printf(
                    "%s: %s, %d layers, %.3f bits per weight, %,d bytes, %.1f s, peak memory %,d MiB, sha256 %s%n",
                    report.path(),
                    coded.label(report.recipe()),
                    report.layers(),
                    report.effectiveBits(),
                    report.bytes(),
                    report.seconds(),
                    report.peakMemoryBytes() >> 20,
                    report.sha256());
            if (report.warning() != null) {
                spec.commandLine().getErr().println("warning: " + report.warning());
            }
            String note = coded.note(report.recipe());
            if (note != null) {
                spec.commandLine().getOut().println("note: " + note);
            }
        }
        return 0;
    }
}
