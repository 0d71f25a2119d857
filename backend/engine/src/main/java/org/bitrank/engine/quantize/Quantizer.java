package org.bitrank.engine.quantize;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Artifact;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.measure.PeakMemory;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.PictureReader;
import org.bitrank.engine.quantize.calibration.Calibration;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tokenizer.GgufVocabulary;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.engine.tokenizer.TokenizerFiles;
import org.bitrank.kernels.Backend;

/** Recipe in, artifact out. */
public final class Quantizer {
    /** The step under which each block is reported before it is begun, and all of them when they are done. */
    public static final String BLOCK_STEP = "quantize block";
    /** The same of a vision tower. */
    public static final String TOWER_STEP = "quantize vision block";

    private Quantizer() {}

    /**
     * Quantizes the model and writes the artifact, whole or not at all.
     *
     * @param model directory or GGUF file
     * @param output a directory that does not exist yet, or is empty
     * @param data where calibration data sets of the hub come from
     */
    public static QuantizationReport quantize(
            Path model, Recipe recipe, Path output, DataFolders data, Backend backend, Progress progress) {
        try (var checkpoint = Checkpoint.open(model)) {
            return quantize(checkpoint, recipe, output, data, backend, progress);
        }
    }

    /** Whether a checkpoint's weights are codes of an earlier quantization. */
    static boolean quantizedBefore(Checkpoint base) {
        return base.weights().names().stream().anyMatch(name -> base.weights().info(name).quantized());
    }

    private static String twice(Checkpoint base) {
        return "%s is quantized already (%s): what its codes mean was quantized again, so that the artifact has both losses; give the unquantized model where that is not meant"
                .formatted(base.path().getFileName(), base.format());
    }

    private static QuantizationReport quantize(
            Checkpoint base, Recipe recipe, Path output, DataFolders data, Backend backend, Progress progress) {
        Instant start = Instant.now();
        ModelConfig.of(base);
        var plan = new RecipePlan(recipe);
        ModelRewrite model = plan.rewrite(new ModelRewrite(base.weights(), base.config()));
        var config = ModelConfig.of(model.config());
        ModelFit.require(recipe, model.config(), config);
        PeakMemory.restart();
        try (var writer = ArtifactWriter.begin(output, base, StorageFormats.writable(recipe.format()))) {
            Calibration calibration = null;
            if (recipe.calibrated()) {
                progress.report("read calibration data", 0, 0);
                try (var tokenizer = Tokenizer.of(base)) {
                    var reader = config.vision() == null ? null : PictureReader.of(base, config.vision());
                    calibration = Calibration.load(recipe.calibration(), config.maxPositions(), tokenizer, data.reportingTo(progress), reader);
                }
            }
            writer.write(model.weights(), model.config());
            var activations = new ActivationPlan(recipe, config, writer);
            var walk = new ModelWalk(config, model.weights(), recipe, activations, backend, writer, progress);
            walk.run(calibration, base::unload);
            double effectiveBits = writer.effectiveBits();
            TokenizerFiles.missingFrom(base).forEach(writer::addFile);
            writer.tokenizer(() -> GgufVocabulary.of(base));
            progress.report("write " + output.getFileName(), 0, 0);
            Artifact artifact = writer.finish(
                    new Manifest(base, recipe, calibration, walk.coded(), effectiveBits, backend, start, Instant.now()).toJson());
            return new QuantizationReport(
                    artifact.path(),
                    artifact.sha256(),
                    artifact.bytes(),
                    recipe,
                    walk.coded().layers(),
                    effectiveBits,
                    Duration.between(start, Instant.now()).toMillis() / 1000.0,
                    PeakMemory.bytes(),
                    quantizedBefore(base) ? twice(base) : null);
        }
    }
}
