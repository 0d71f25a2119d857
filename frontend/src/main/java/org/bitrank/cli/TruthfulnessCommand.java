package org.bitrank.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.evaluate.TruthfulnessProbe;
import org.bitrank.engine.evaluate.TruthfulnessReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Command(
        name = "truthfulness",
        description = "Tells whether the local intrinsic dimension of a model's hidden states separates true answers from false ones.")
final class TruthfulnessCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--model", required = true, paramLabel = "MODEL",
            description = "Catalogue id, directory, .gguf file or hf://owner/name[@revision].")
    private String model;

    @Option(names = "--task", defaultValue = "truthfulqa_mc1", paramLabel = "TASK",
            description = "A task of one right choice (default: ${DEFAULT-VALUE}).")
    private String task;

    @Option(names = "--limit", paramLabel = "N", description = "The most questions.")
    private Integer limit;

    @Option(names = "--data", paramLabel = "DIR", description = "Folder with data sets in the hub's layout (default: BITRANK_DATA).")
    private Path data;

    @Option(names = "--neighbours", defaultValue = "100", paramLabel = "K",
            description = "Answers that each dimension is estimated from (default: ${DEFAULT-VALUE}).")
    private int neighbours;

    @Option(names = "--output", paramLabel = "FILE", description = "Write the figures as JSON as well.")
    private Path output;

    @Mixin
    private BackendOptions options;

    @Override
    public Integer call() throws IOException {
        TruthfulnessReport report;
        try (var backend = options.open()) {
            report = TruthfulnessProbe.measure(
                    ModelCatalog.resolve(model), task, limit, data, neighbours, backend, ConsoleProgress.of(spec.commandLine()));
        }
        if (output != null) {
            JsonMapper json = JsonMapper.builder()
                    .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();
            Files.writeString(output, json.writeValueAsString(report) + "\n");
        }
        PrintWriter out = spec.commandLine().getOut();
        out.printf(Locale.ROOT, "%s: %d questions, %d true and %d false answers, %d neighbours%n",
                report.task(), report.questions(), report.trueAnswers(), report.falseAnswers(), report.neighbours());
        out.println("layer  dimension of true  of false  area under the curve (0.5 tells nothing)");
        for (TruthfulnessReport.Layer layer : report.layers()) {
            out.printf(Locale.ROOT, "%5d  %17.3f  %8.3f  %.3f", layer.layer(), layer.trueDimension(), layer.falseDimension(), layer.area());
            if (layer.low() != null) {
                out.printf(Locale.ROOT, " [%.3f, %.3f]", layer.low(), layer.high());
            }
            out.println();
        }
        out.flush();
        return 0;
    }
}
