package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bitrank.engine.EngineVersion;
import org.bitrank.engine.Progress;
import org.bitrank.engine.image.AnyResolution;
import org.bitrank.engine.measure.PeakMemory;
import org.bitrank.engine.measure.Speed;
import org.bitrank.engine.measure.SpeedProbe;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.LanguageHead;
import org.bitrank.engine.model.VisionConfig;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tasks.PairEncoder;
import org.bitrank.engine.tasks.PreparedTask;
import org.bitrank.engine.tasks.PromptReader;
import org.bitrank.engine.tasks.Task;
import org.bitrank.engine.tasks.TaskGroup;
import org.bitrank.engine.tasks.TaskRegistry;
import org.bitrank.engine.tasks.TaskSelection;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Measures a model. The base comes first and is freed before the model is loaded, so that never more than one of them is in
 * memory.
 */
public final class Evaluator {
    private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);

    private final EvaluationRequest request;
    private final Progress progress;
    private final Backend backend;
    private final OpenedModel model;
    private final OpenedModel base;
    private List<TaskGroup> groups;

    private Evaluator(EvaluationRequest request, Progress progress, Backend backend, OpenedModel model, OpenedModel base) {
        this.request = request;
        this.progress = progress;
        this.backend = backend;
        this.model = model;
        this.base = base;
    }

    /**
     * Does what {@code request} says. Throws {@link BitRankException} of class CANCELLED when {@code progress} says so; what is
     * finished by then stays in the run directory.
     */
    public static EvaluationReport evaluate(EvaluationRequest request, Progress progress) {
        Instant started = Instant.now();
        try (FolderLock _ = FolderLock.take(request.runDirectory(), request.runDirectory().toString(), progress);
                Backend backend = Backends.open(request.backend(), request.computeType());
                OpenedModel model = OpenedModel.open(request.model(), request.rounding());
                OpenedModel base = request.base() == null ? null : OpenedModel.open(request.base(), request.rounding())) {
            return new Evaluator(request, progress, backend, model, base).evaluate(started);
        }
    }

    private EvaluationReport evaluate(Instant started) {
        List<TaskRun> runs = prepare();
        for (TaskRun run : runs) {
            long tokens = run.workload().forwardTokens().run();
            if (base != null) {
                progress.expect(BaseRun.title(run), tokens);
            }
            progress.expect(run.protocol().task(), tokens);
        }
        var baseResults = new ArrayList<StepResults>();
        var tasks = new ArrayList<TaskReport>();
        Speed speed;
        try (BaseRun baseRun = request.baseDirectory() == null ? null : new BaseRun(base == null ? model : base, backend, request.baseDirectory())) {
            if (base != null) {
                checkSameTokens(runs);
                for (TaskRun run : runs) {
                    baseResults.add(baseRun.run(run, progress));
                }
                baseRun.freeModel();
            }
            progress.report("load " + name(model), 0, 0);
            PeakMemory.restart();
            try (var loaded = model.load(backend);
                    LanguageHead baseHead = base == null
                            ? null
                            : LanguageHead.load(base.config(), base.checkpoint().weights(), backend);
                    var runner = new StepRunner(loaded, model.tokenizer(), baseHead == null ? null : baseHead.matrix())) {
                for (int i = 0; i < runs.size(); i++) {
                    StepResults results = measure(runs.get(i), runner, baseRun);
                    tasks.add(report(runs.get(i), results, base == null ? null : baseResults.get(i)));
                }
                speed = request.measureSpeed() ? speed(loaded) : null;
            }
        }
        return new EvaluationReport(model.facts(), base == null ? null : base.facts(), tasks,
                GroupReport.of(groups, tasks, scores(runs, baseResults)), speed, started,
                (System.currentTimeMillis() - started.toEpochMilli()) / 1000.0, PeakMemory.bytes(), EngineVersion.text());
    }

    /** Of the base, by task, where a group needs them. */
    private Map<String, List<ItemScores>> scores(List<TaskRun> runs, List<StepResults> baseResults) {
        var scores = new HashMap<String, List<ItemScores>>();
        for (int i = 0; i < baseResults.size() && !groups.isEmpty(); i++) {
            scores.put(runs.get(i).protocol().task(), TaskRun.scores(runs.get(i).items(baseResults.get(i))));
        }
        return scores;
    }

    private Speed speed(CausalLM loaded) {
        progress.report("time " + name(model), 0, 0);
        return SpeedProbe.measure(loaded);
    }

    private static String name(OpenedModel opened) {
        Path file = opened.path().toAbsolutePath().normalize().getFileName();
        return file == null ? opened.path().toString() : file.toString();
    }

    private List<TaskRun> prepare() {
        if (request.tasks().isEmpty()) {
            throw BitRankException.badInput("no task is named; 'bitrank tasks list' shows what there is");
        }
        var data = DataSource.of(request.data(), progress);
        TaskRegistry registry = TaskRegistry.installed();
        PairEncoder encoder = model.encoder(request.bos(), request.maxLength());
        // All names first: a misspelt last task must not show after an hour.
        TaskSelection selection = registry.select(request.tasks());
        groups = selection.groups();
        List<Task> tasks = selection.tasks();
        var runs = new ArrayList<TaskRun>();
        for (Task task : tasks) {
            progress.report("prepare " + task.name(), runs.size(), tasks.size());
            PreparedTask prepared = task.prepare(data, request.numFewshot(), request.limit(),
                    PromptReader.of(encoder, request.chat().of(task, model.checkpoint())));
            Workload workload = Workload.of(prepared.items(), encoder, model.config().sharesPrefixes());
            runs.add(new TaskRun(prepared, workload, protocol(prepared, encoder)));
            ForwardTokens forward = workload.forwardTokens();
            LOG.info("{}: {} forward tokens, {} of the {} that a plain harness would run",
                    task.name(), forward.run(), "%.2f".formatted(forward.share()), forward.plain());
        }
        return runs;
    }

    private Protocol protocol(PreparedTask task, PairEncoder encoder) {
        var prompts = new Fingerprint();
        task.items().forEach(item -> item.requests().forEach(asked -> prompts.add(asked.toString())));
        var dataset = new Fingerprint();
        task.files().forEach(file -> dataset.add(file.sha256()));
        boolean bosAdded = switch (request.bos()) {
            case AUTO -> model.tokenizer().addsBos();
            case TRUE -> true;
            case FALSE -> false;
        };
        return new Protocol(
                task.task().name(),
                String.valueOf(task.task().version()),
                task.task().dataset(),
                task.files().size() == 1 ? task.files().getFirst().sha256() : dataset.hex(),
                task.shots(),
                Task.FEWSHOT_SEED,
                task.task().limit(request.limit()),
                request.bos().name().toLowerCase(Locale.ROOT),
                bosAdded,
                task.task().sequenceLength().orElse(encoder.maxLength()),
                prompts.hex(),
                backend.computeType().label(),
                backend.device().backend(),
                EngineVersion.text(),
                pictureTokens(task.task()));
    }

    /** Null where the usual rule counts, or where no rule does. */
    private String pictureTokens(Task task) {
        VisionConfig vision = model.config().vision();
        boolean counted = task.showsPictures() && vision != null && vision.merge() == VisionConfig.PatchMerge.SPATIAL_UNPAD;
        return counted && vision.rounding() != AnyResolution.Rounding.SEVEN_DECIMALS ? vision.rounding().label() : null;
    }

    /** The comparison is token by token, so the base must see the very same tokens. */
    private void checkSameTokens(List<TaskRun> runs) {
        if (base.config().vocabularySize() != model.config().vocabularySize()) {
            throw BitRankException.badInput("the base has a vocabulary of %d tokens and the model one of %d; they cannot be compared"
                    .formatted(base.config().vocabularySize(), model.config().vocabularySize()));
        }
        if (model.sharesTokenizerFiles(base)) {
            return;
        }
        PairEncoder encoder = base.encoder(request.bos(),
                request.maxLength() == null ? model.config().maxPositions() : request.maxLength());
        for (TaskRun run : runs) {
            Workload asBase = Workload.of(run.task().items(), encoder, model.config().sharesPrefixes());
            if (!asBase.fingerprint().equals(run.workload().fingerprint())) {
                throw BitRankException.badInput("the tokenizers of model and base make different tokens of " + run.protocol().task()
                        + "; a model can only be compared with its own base");
            }
        }
    }

    private StepResults measure(TaskRun run, StepRunner runner, BaseRun baseRun) {
        if (base == null && baseRun != null) {
            return baseRun.run(run, run.protocol().task(), () -> runner, progress);
        }
        String identity = model.checkpoint().sha256() + " " + (base == null ? "alone" : base.checkpoint().sha256())
                + " " + run.identity();
        String fileName = run.protocol().task().replaceAll("[^\\w.-]+", "_") + "-" + run.protocol().hash().substring(0, 8);
        Path log = request.runDirectory().resolve(fileName + ".jsonl");
        try (HiddenStates states = baseRun == null ? null : baseRun.states(run)) {
            return run.run(log, identity, request.resume(), () -> runner, states, run.protocol().task(), progress);
        }
    }

    private static Integer skipped(TaskRun run) {
        return run.task().skipped().isEmpty() ? null : (Integer) run.task().skipped().size();
    }

    private static TaskReport report(TaskRun run, StepResults results, StepResults baseResults) {
        List<ItemReport> items = run.items(results);
        var scores = TaskRun.scores(items);
        Task task = run.task().task();
        List<MetricValue> metrics = task.aggregate(scores);
        Clusters sources = Sources.of(run.task());
        Integer sourceCount = sources == null ? null : (Integer) sources.count();
        List<MetricSpread> spreads = MetricSpread.of(task, metrics, scores, sources);
        ChoiceCalibration calibration = ChoiceCalibration.of(task, items);
        ForwardTokens forward = run.workload().forwardTokens();
        if (baseResults == null) {
            return new TaskReport(run.task(), run.protocol(), forward, metrics, items, List.of(), List.of(),
                    new TaskStatistics(sourceCount, spreads, calibration, null, run.workload().pictures(), DegenerateAnswers.of(items), skipped(run)), null);
        }
        List<ItemReport> baseItems = run.items(baseResults);
        var baseScores = TaskRun.scores(baseItems);
        List<MetricValue> baseMetrics = task.aggregate(baseScores);
        return new TaskReport(run.task(), run.protocol(), forward, metrics, items, baseMetrics,
                Comparisons.of(task, metrics, scores, baseMetrics, baseScores, sources),
                new TaskStatistics(sourceCount, spreads, calibration, ChoiceCalibration.of(task, baseItems), run.workload().pictures(), DegenerateAnswers.of(items), skipped(run)),
                TokenComparison.of(results.scores(), run.workload().documents()));
    }
}
