package org.bitrank.service.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.engine.evaluate.EvaluationReport;
import org.bitrank.engine.evaluate.ForwardTokens;
import org.bitrank.engine.evaluate.GroupReport;
import org.bitrank.engine.evaluate.MetricComparison;
import org.bitrank.engine.evaluate.ModelFacts;
import org.bitrank.engine.evaluate.Protocol;
import org.bitrank.engine.evaluate.TaskReport;
import org.bitrank.engine.evaluate.TokenComparison;
import org.bitrank.engine.hub.HubOrigin;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.Speed;
import org.bitrank.engine.measure.RuntimeRounding;
import org.bitrank.engine.measure.StoredParts;
import org.bitrank.engine.quantize.QuantizationReport;
import org.bitrank.engine.quantize.Recipe;
import org.bitrank.engine.quantize.WeightSettings;
import org.bitrank.engine.tasks.MetricValue;
import org.bitrank.engine.tokenizer.Conversation;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.ArtifactFile;
import org.bitrank.service.result.RowDetail.BitsOfClass;
import org.bitrank.service.result.RowDetail.PartOfBits;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.RowDetail.RecordsFile;
import org.bitrank.service.result.Score;
import org.bitrank.service.result.TaskEvidence;

/** What the engine reported, as a row. */
final class MeasuredRow {
    private final RunRequest request;
    private final String location;
    private final long run;
    private final EvaluationReport report;
    private final QuantizationReport made;
    private final Artifact artifact;
    private final List<Path> records;
    private final List<String> log;

    /**
     * @param location what the engine opened for the model of the request
     * @param made null unless this attempt quantized
     * @param artifact null where nothing is stored
     */
    MeasuredRow(
            RunRequest request, String location, long run, EvaluationReport report, QuantizationReport made, Artifact artifact,
            List<Path> records, List<String> log) {
        this.request = request;
        this.location = location;
        this.run = run;
        this.report = report;
        this.made = made;
        this.artifact = artifact;
        this.records = records;
        this.log = log;
    }

    RowDetail detail() {
        return new RowDetail(
                row(), run, request.recipe(), protocol(), hardware(), versions(), timings(), bits(), positions(), log,
                new ReproducingCommand(request, location, report).text(), files(), recordsFiles(), List.of(), evidence(), price(), towers());
    }

    private ResultRow row() {
        Recipe recipe = request.recipe() == null ? null : Recipe.parse(request.recipe());
        BitAccount bits = report.model().bits();
        Speed speed = report.speed();
        Agreement tokens = tokens();
        Protocol first = report.tasks().getFirst().protocol();
        return new ResultRow(
                0, Provenance.MEASURED, Instant.now().truncatedTo(ChronoUnit.MICROS), request.model(), request.method(),
                request.title(), bits.nominalBits(), activationBits(),
                recipe == null ? null : groupSize(recipe.weights()), recipe == null ? null : recipe.weights().symmetric(),
                request.kind() == RunKind.BASE, request.suite(), report.model().format(), protocolKey(), protocolLine(),
                null, tokens == null ? null : tokens.divergence(), tokens == null ? null : tokens.topAgreement(),
                bits.effectiveBits(), bits.bytes(), speed == null ? null : speed.prefillTokensPerSecond(),
                speed == null ? null : speed.decodeTokensPerSecond(), report.peakMemoryBytes(),
                made == null ? null : made.seconds(), first.backend(), speed == null ? null : speed.device().name(),
                artifact == null ? null : artifact.sha256(), null, null, quantizedTowers(), scores());
    }

    private Double activationBits() {
        Integer bits = report.model().rounding().inputBits();
        return bits == null ? null : bits.doubleValue();
    }

    /** 0 is per channel here. */
    private static int groupSize(WeightSettings weights) {
        return weights.groupSize() == WeightSettings.CHANNEL ? 0 : weights.groupSize();
    }

    private List<Score> scores() {
        var scores = new ArrayList<Score>();
        // Where a group has a number of its own, that is the one to look at.
        Set<String> grouped = report.groups().stream()
                .filter(group -> !group.metrics().isEmpty())
                .flatMap(group -> group.group().tasks().stream())
                .collect(Collectors.toSet());
        for (TaskReport task : report.tasks()) {
            MetricValue main = grouped.contains(task.name()) ? null : mainMetric(task.metrics());
            for (MetricValue value : task.metrics()) {
                scores.add(score(task.name(), value, value == main, task.comparisons()));
            }
        }
        for (GroupReport group : report.groups()) {
            MetricValue main = mainMetric(group.metrics());
            for (MetricValue value : group.metrics()) {
                scores.add(score(group.group().name(), value, value == main, group.comparisons()));
            }
        }
        return scores;
    }

    private static Score score(String name, MetricValue value, boolean main, List<MetricComparison> comparisons) {
        MetricComparison compared = null;
        for (MetricComparison candidate : comparisons) {
            if (candidate.metric().equals(value.metric()) && candidate.filter().equals(value.filter())) {
                compared = candidate;
            }
        }
        return new Score(
                name, value.metric(), value.filter(), value.value(), null, value.stderr(), value.higherIsBetter(), main,
                compared == null ? null : compared.base(), compared == null ? null : compared.difference(),
                compared == null ? null : compared.low(), compared == null ? null : compared.high(),
                compared == null ? null : compared.recovery(), List.of());
    }

    /**
     * Accuracy where a task has it, as the studies print (MMBench: over all turns of a question), or nearness of letters; else exact
     * match; else what the task names first.
     */
    private static MetricValue mainMetric(List<MetricValue> metrics) {
        for (String preferred : List.of("circular_acc", "acc", "anls", "exact_match")) {
            for (MetricValue value : metrics) {
                if (value.metric().equals(preferred)) {
                    return value;
                }
            }
        }
        return metrics.isEmpty() ? null : metrics.getFirst();
    }

    /** What boards show of the distributions against the base's. */
    private record Agreement(long positions, double divergence, double topAgreement) {}

    /** Of the first text that was scored token by token; else over all tasks, each position counting once. */
    private Agreement tokens() {
        long positions = 0;
        double divergence = 0;
        double agreement = 0;
        for (TaskReport task : report.tasks()) {
            TokenComparison tokens = task.tokens();
            if (tokens == null) {
                continue;
            }
            MetricValue main = mainMetric(task.metrics());
            if (main != null && main.metric().contains("perplexity")) {
                return new Agreement(tokens.positions(), tokens.divergence(), tokens.topAgreement());
            }
            positions += tokens.positions();
            divergence += tokens.divergence() * tokens.positions();
            agreement += tokens.topAgreement() * tokens.positions();
        }
        return positions == 0 ? null : new Agreement(positions, divergence / positions, agreement / positions);
    }

    private long positions() {
        Agreement tokens = tokens();
        return tokens == null ? 0 : tokens.positions();
    }

    /** Everything besides the model that the numbers depend on, and the base that they are compared with. */
    private String protocolKey() {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            ModelFacts base = report.base() == null ? report.model() : report.base();
            digest.update(base.sha256().getBytes(StandardCharsets.UTF_8));
            for (TaskReport task : report.tasks()) {
                digest.update(task.protocol().canonicalJson().getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private String protocolLine() {
        Protocol first = report.tasks().getFirst().protocol();
        var tasks = new ArrayList<String>();
        for (TaskReport task : report.tasks()) {
            Protocol protocol = task.protocol();
            String shots = protocol.shots() == 0 ? "" : " " + protocol.shots() + "-shot";
            String limit = protocol.limit() == null ? "" : " first " + protocol.limit();
            tasks.add(task.name() + " v" + protocol.version() + shots + limit);
        }
        String line = String.join(", ", tasks) + " · " + first.sequenceLength() + " tokens · BOS "
                + (first.bosAdded() ? "added" : "not added") + request.unusual() + " · " + first.computeType() + " on " + first.backend()
                + " · BitRank " + first.engineVersion();
        return line.length() <= 2_000 ? line : line.substring(0, 1_999) + "…";
    }

    private List<NamedValue> protocol() {
        Protocol first = report.tasks().getFirst().protocol();
        var values = new ArrayList<NamedValue>();
        values.add(new NamedValue("key", protocolKey()));
        values.add(new NamedValue("compute type", first.computeType()));
        values.add(new NamedValue("back end", first.backend()));
        values.add(new NamedValue("BOS", first.bos() + (first.bosAdded() ? " (added)" : " (not added)")));
        values.add(new NamedValue("engine", first.engineVersion()));
        report.tasks().stream().flatMap(task -> task.task().conversation().stream()).map(Conversation::name).distinct()
                .forEach(name -> values.add(new NamedValue("questions as a conversation", name)));
        report.tasks().stream().map(task -> task.protocol().pictureTokens()).filter(Objects::nonNull).distinct()
                .forEach(rule -> values.add(new NamedValue("picture tokens", rule)));
        values.add(new NamedValue("weights SHA-256", report.model().sha256()));
        if (report.base() != null) {
            values.add(new NamedValue("base weights SHA-256", report.base().sha256()));
        }
        RuntimeRounding rounding = report.model().rounding();
        rounding.inputs().forEach(text -> values.add(new NamedValue("activations", text)));
        if (rounding.keyValues() != null) {
            values.add(new NamedValue("KV cache", rounding.keyValues()));
        }
        report.model().notes().forEach(note -> values.add(new NamedValue("note", note)));
        origin("model", report.model(), values);
        if (report.base() != null) {
            origin("base", report.base(), values);
        }
        for (TaskReport task : report.tasks()) {
            Protocol protocol = task.protocol();
            values.add(new NamedValue(task.name(), "version %s, %s (SHA-256 %s), %d-shot, seed %d, %s, %d tokens, prompts %s".formatted(
                    protocol.version(), protocol.dataset() + revision(task), protocol.datasetSha256(), protocol.shots(), protocol.seed(),
                    protocol.limit() == null ? "all documents" : "first " + protocol.limit(), protocol.sequenceLength(),
                    protocol.promptSha256())));
        }
        return values;
    }

    /** The commit of a model of the hub, and the checksum of each of its files. */
    private static void origin(String name, ModelFacts model, List<NamedValue> values) {
        Path place = Path.of(model.source());
        HubOrigin.of(place).ifPresent(origin -> {
            values.add(new NamedValue(name + " from the hub", origin.text()));
            HubOrigin.checksums(place).forEach((file, sha256) -> values.add(new NamedValue(name + " file " + file, "SHA-256 " + sha256)));
        });
    }

    private static String revision(TaskReport task) {
        return task.task().files().stream()
                .flatMap(file -> HubOrigin.of(file.path()).stream())
                .findFirst()
                .map(origin -> " at commit " + origin.commit())
                .orElse("");
    }

    private List<NamedValue> hardware() {
        var values = new ArrayList<NamedValue>();
        if (report.speed() != null) {
            var device = report.speed().device();
            values.add(new NamedValue("device", device.name()));
            values.add(new NamedValue("units", Integer.toString(device.units())));
            values.add(new NamedValue("memory", String.format(Locale.ROOT, "%.1f GiB", device.memoryBytes() / 0x1p30)));
            values.add(new NamedValue("features", device.features()));
        }
        values.add(new NamedValue("system", System.getProperty("os.name") + " " + System.getProperty("os.version")));
        return values;
    }

    private List<NamedValue> versions() {
        return List.of(
                new NamedValue("BitRank", report.engineVersion()),
                new NamedValue("Java", Runtime.version().toString()));
    }

    private List<NamedValue> timings() {
        var values = new ArrayList<NamedValue>();
        if (made != null) {
            values.add(new NamedValue("quantize", seconds(made.seconds())));
        }
        values.add(new NamedValue("measure", seconds(report.seconds())));
        ForwardTokens forward = report.forward();
        values.add(new NamedValue("forward tokens", String.format(Locale.ROOT, "%,d, %.2f of the %,d that a plain harness would run",
                forward.run(), forward.share(), forward.plain())));
        return values;
    }

    private static String seconds(double seconds) {
        return String.format(Locale.ROOT, "%.1f s", seconds);
    }

    private List<BitsOfClass> bits() {
        var classes = new ArrayList<BitsOfClass>();
        report.model().bits().classes().forEach((kind, share) -> classes.add(bits(kind.name().toLowerCase(Locale.ROOT), share)));
        classes.sort((a, b) -> a.name().compareTo(b.name()));
        return classes;
    }

    private List<BitsOfClass> towers() {
        var towers = new ArrayList<BitsOfClass>();
        report.model().bits().towers().forEach((tower, share) -> towers.add(bits(tower.label(), share)));
        return towers;
    }

    private static BitsOfClass bits(String name, BitAccount.Share share) {
        return new BitsOfClass(name, share.tensors(), share.parameters(), share.stored().total(), share.bits());
    }

    private String quantizedTowers() {
        String quantized = report.model().bits().towers().entrySet().stream()
                .filter(tower -> tower.getValue().quantized() > 0)
                .map(tower -> tower.getKey().label())
                .collect(Collectors.joining(" + "));
        return quantized.isEmpty() ? null : quantized;
    }

    private List<PartOfBits> price() {
        return StoredParts.of(report.model().bits()).stream().map(part -> new PartOfBits(part.name(), part.bytes(), part.bits())).toList();
    }

    private List<ArtifactFile> files() {
        if (artifact == null) {
            return List.of();
        }
        return artifact.files().stream().map(file -> new ArtifactFile(file.name(), file.bytes(), file.sha256())).toList();
    }

    private List<TaskEvidence> evidence() {
        return report.tasks().stream()
                .map(task -> new TaskEvidence(task.name(), task.statistics(), task.comparisons(), task.tokens()))
                .toList();
    }

    private List<RecordsFile> recordsFiles() {
        var files = new ArrayList<RecordsFile>();
        try {
            for (int i = 0; i < records.size(); i++) {
                Path file = records.get(i);
                files.add(new RecordsFile(report.tasks().get(i).name(), file.getFileName().toString(), Files.size(file)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }
}
