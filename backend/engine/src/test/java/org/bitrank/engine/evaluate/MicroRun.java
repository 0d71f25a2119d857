package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.quantize.Quantizer;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;

/** A small evaluation of the embedded model under 3-bit rounding against itself; also a program that a test can kill. */
final class MicroRun {
    static final List<String> TASKS = List.of("micro_facts", "micro_text", "micro_answers");

    static final int DOCUMENTS = 16;

    private MicroRun() {}

    /** Arguments: the quantized model, the run directory, where results go. Resumes what it finds. */
    public static void main(String[] arguments) {
        write(evaluate(Path.of(arguments[0]), Path.of(arguments[1]), true), Path.of(arguments[2]));
    }

    static Path quantized(Path directory) {
        Recipe recipe = Recipe.of("{\"method\": \"rtn\", \"weights\": {\"bits\": 3, \"group-size\": 64}}", "reference/micro-llama");
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            return Quantizer.quantize(base(), recipe, directory, DataFolders.of(List.of()), backend, Progress.SILENT)
                    .path();
        }
    }

    static Path base() {
        return ModelCatalog.resolve("reference/micro-llama");
    }

    static EvaluationRequest request(Path model, Path directory, boolean resume) {
        return new EvaluationRequest(model, base(), TASKS, null, DOCUMENTS, null, BosPolicy.AUTO, null, "cpu", ComputeType.FLOAT32,
                directory, directory.resolve("base"), resume, false);
    }

    static EvaluationReport evaluate(Path model, Path directory, boolean resume) {
        return Evaluator.evaluate(request(model, directory, resume), Progress.SILENT);
    }

    static void write(EvaluationReport report, Path results) {
        SamplesFiles.write(report, results);
        ResultsFile.write(report, results.resolve("results.json"));
    }
}
