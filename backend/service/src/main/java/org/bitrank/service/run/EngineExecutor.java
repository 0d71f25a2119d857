package org.bitrank.service.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.evaluate.BaseCache;
import org.bitrank.engine.evaluate.EvaluationReport;
import org.bitrank.engine.evaluate.EvaluationRequest;
import org.bitrank.engine.evaluate.Evaluator;
import org.bitrank.engine.evaluate.SamplesFiles;
import org.bitrank.engine.quantize.CodedAs;
import org.bitrank.engine.quantize.QuantizationReport;
import org.bitrank.engine.quantize.Quantizer;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.artifact.Artifacts;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.picture.Pictures;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.settings.ServerPaths;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.stereotype.Component;
import org.springframework.util.FileSystemUtils;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Runs on the engine in this process: quantize, read what was written, measure that, store it. */
@Component
@ConditionalOnBooleanProperty(value = "bitrank.worker-enabled", matchIfMissing = true)
class EngineExecutor implements RunExecutor {
    /** Parts of a run that are done then, about, where there was something to do. */
    private static final double FETCHED = 0.2;

    private static final double QUANTIZED = 0.4;

    private static final double MEASURED = 0.98;

    private final Catalog catalog;
    private final Artifacts artifacts;
    private final Pictures pictures;
    private final ServiceSettings settings;
    private final JsonMapper json;
    private final ServerPaths paths;
    private final ComputeType compute;
    private final DeviceInfo device;

    /** Opens the back end once, so that a worker without its device fails at the start and not at the first run. */
    EngineExecutor(Catalog catalog, Artifacts artifacts, Pictures pictures, ServiceSettings settings, JsonMapper json, ServerPaths paths) {
        this.catalog = catalog;
        this.artifacts = artifacts;
        this.pictures = pictures;
        this.settings = settings;
        this.json = json;
        this.paths = paths;
        compute = settings.computeType();
        try (Backend backend = open()) {
            device = backend.device();
        }
    }

    private Backend open() {
        return Backends.open(settings.backend(), compute);
    }

    @Override
    public DeviceInfo device() {
        return device;
    }

    @Override
    public RowDetail execute(RunRequest request, Workplace place, RunProgress progress) {
        // Before anything that takes long: data that are missing must not show after the model is quantized.
        progress.stage(FETCHED);
        TaskList.of(request.tasks()).fetchData(settings.taskData(), progress);
        Path model = ModelCatalog.resolve(catalog.location(request.model()), progress);
        return switch (request.kind()) {
            case BASE -> {
                EvaluationReport report = measure(request, model, null, place, progress);
                yield row(request, place, progress, report, null, null, null);
            }
            case RECIPE -> {
                Path output = place.work().resolve("artifact");
                QuantizationReport made = quantize(request, model, output, progress);
                EvaluationReport report = measure(request, output, model, place, progress);
                progress.report("store the artifact", 0, 0);
                CodedAs coded = CodedAs.of(output, json);
                yield row(request, place, progress, report, made, coded, artifacts.store(output, fileName(request, place)));
            }
            case CHECKPOINT -> {
                Path checkpoint = ModelCatalog.resolve(request.checkpoint(), progress);
                EvaluationReport report = measure(request, checkpoint, model, place, progress);
                yield row(request, place, progress, report, null, null, stored(request, checkpoint, place));
            }
        };
    }

    /** What an earlier attempt wrote whole is used as it is, unless the model has changed since; null then. */
    private QuantizationReport quantize(RunRequest request, Path model, Path output, RunProgress progress) {
        if (Files.isDirectory(output)) {
            if (madeFrom(model, output)) {
                progress.log("the artifact of an earlier attempt is whole and is used");
                return null;
            }
            progress.log("the model has changed since an earlier attempt, which is thrown away");
            discard(output.getParent());
        }
        progress.stage(QUANTIZED);
        try (Backend backend = open()) {
            Recipe recipe = Recipe.parse(request.recipe());
            QuantizationReport made = Quantizer.quantize(
                    model, recipe, output, DataFolders.of(settings.dataDirectories()), backend, progress);
            progress.log(String.format(
                    Locale.ROOT, "quantized %d layers in %.1f s, %.3f bits a weight", made.layers(), made.seconds(),
                    made.effectiveBits()));
            if (made.warning() != null) {
                progress.log(made.warning());
            }
            return made;
        }
    }

    private boolean madeFrom(Path model, Path output) {
        JsonNode manifest = json.readTree(output.resolve(ArtifactWriter.MANIFEST));
        try (Checkpoint base = Checkpoint.open(model)) {
            return manifest.path("base").path("weights_sha256").asString("").equals(base.sha256());
        }
    }

    private static void discard(Path work) {
        try {
            FileSystemUtils.deleteRecursively(work);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EvaluationReport measure(
            RunRequest request, Path model, Path base, Workplace place, RunProgress progress) {
        TaskList tasks = TaskList.of(request.tasks());
        progress.stage(MEASURED);
        EvaluationReport report = Evaluator.evaluate(
                new EvaluationRequest(
                        model, base, tasks.names(), null, tasks.limit(), settings.taskData(), BosPolicy.AUTO, request.chat(), request.rounding(),
                        null, settings.backend(), compute, place.work().resolve("measuring"), settings.bases(), true, true),
                progress);
        long freed = BaseCache.prune(settings.bases(), settings.baseCache().toBytes());
        if (freed > 0) {
            progress.log("freed %d MB of results of other bases".formatted(freed / 1_000_000));
        }
        return report;
    }

    private RowDetail row(
            RunRequest request, Workplace place, RunProgress progress, EvaluationReport report, QuantizationReport made, CodedAs coded,
            Artifact artifact) {
        progress.report("write the records", 0, 0);
        List<Path> records = SamplesFiles.write(report, place.records());
        report.pictures().forEach(pictures::keep);
        progress.stage(1);
        List<String> log = progress.journal().lines().stream().map(paths::hidden).toList();
        return new MeasuredRow(repeatable(request, artifact), catalog.location(request.model()), place.run(), report, made, coded, artifact, records, log).detail();
    }

    /** The request with a checkpoint that was uploaded under the name of the folder that its archive unpacks to: where it lies here is of no use elsewhere. */
    private RunRequest repeatable(RunRequest request, Artifact artifact) {
        return request.kind() != RunKind.CHECKPOINT || artifact == null ? request : request.withCheckpoint(artifact.folder());
    }

    /** Uploads can be downloaded again; a directory or hub id stays where its owner has it. */
    private Artifact stored(RunRequest request, Path checkpoint, Workplace place) {
        if (!checkpoint.startsWith(settings.uploads().toAbsolutePath())) {
            return null;
        }
        Path directory = Files.isDirectory(checkpoint) ? checkpoint : checkpoint.getParent();
        return artifacts.store(directory, fileName(request, place));
    }

    private static String fileName(RunRequest request, Workplace place) {
        String model = request.model().substring(request.model().lastIndexOf('/') + 1);
        return (model + "-" + request.title() + "-run" + place.run()).replaceAll("[^A-Za-z0-9._=-]+", "-");
    }
}
