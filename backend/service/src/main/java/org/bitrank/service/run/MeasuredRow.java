package org.bitrank.service.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bitrank.engine.checkpoint.gguf.GgufFormat;
import org.bitrank.engine.evaluate.EvaluationReport;
import org.bitrank.engine.evaluate.ForwardTokens;
import org.bitrank.engine.evaluate.Protocol;
import org.bitrank.engine.measure.BitAccount;
import org.bitrank.engine.measure.Speed;
import org.bitrank.engine.quantize.CodedAs;
import org.bitrank.engine.quantize.QuantizationReport;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail.ArtifactFile;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.RowDetail.RecordsFile;
import org.bitrank.service.result.RowDetail;
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
    private final MeasuredScores scores;
    private final MeasuredProtocol protocol;
    private final MeasuredBits bits;
    private final CodedAs coded;

    /**
     * @param location what the engine opened for the model of the request
     * @param made null unless this attempt quantized
     * @param coded what a recipe made; null where there was no recipe
     * @param artifact null where nothing is stored
     */
    MeasuredRow(
            RunRequest request, String location, long run, EvaluationReport report, QuantizationReport made, CodedAs coded, Artifact artifact,
            List<Path> records, List<String> log) {
        this.request = request;
        this.location = location;
        this.run = run;
        this.report = report;
        this.made = made;
        this.coded = coded;
        this.artifact = artifact;
        this.records = records;
        this.log = log;
        scores = new MeasuredScores(report);
        protocol = new MeasuredProtocol(request, report);
        bits = new MeasuredBits(report.model().bits());
    }

    RowDetail detail() {
        return new RowDetail(
                row(), run, request.recipe(), facts(), hardware(), versions(), timings(), bits.classes(), scores.positions(), log,
                new ReproducingCommand(request, location, report).text(), files(), recordsFiles(), List.of(), evidence(), bits.price(), bits.towers());
    }

    private ResultRow row() {
        Recipe recipe = request.recipe() == null ? null : Recipe.parse(request.recipe());
        BitAccount account = report.model().bits();
        Speed speed = report.speed();
        MeasuredScores.Agreement tokens = scores.agreement();
        Protocol first = report.tasks().getFirst().protocol();
        return new ResultRow(
                0, Provenance.MEASURED, Instant.now().truncatedTo(ChronoUnit.MICROS), request.model(), request.method(),
                recipe == null ? request.title() : coded.label(recipe), widened() ? coded.bits() : account.nominalBits(), activationBits(),
                recipe == null ? null : coded.group(recipe), recipe == null ? null : recipe.weights().symmetric(),
                request.kind() == RunKind.BASE, request.suite(), report.model().format(), protocol.key(), protocol.line(),
                null, tokens == null ? null : tokens.divergence(), tokens == null ? null : tokens.topAgreement(),
                account.effectiveBits(), account.bytes(), speed == null ? null : speed.prefillTokensPerSecond(),
                speed == null ? null : speed.decodeTokensPerSecond(), report.peakMemoryBytes(),
                made == null ? null : made.seconds(), first.backend(), speed == null ? null : speed.device().name(),
                artifact == null ? null : artifact.sha256(), null, null, bits.quantizedTowers(), recipe == null ? null : recipe.naming(),
                report.tasks().stream().anyMatch(task -> task.statistics().pictures() != null), scores.all());
    }

    /** GGUF has no blocks for codes of every width, and stores them exactly in wider ones: the row is named by what was asked, its price is what is stored. */
    private boolean widened() {
        return coded != null && coded.bits() != null && report.model().format().equals(GgufFormat.NAME) && coded.bits() < report.model().bits().nominalBits() - 0.01;
    }

    private List<NamedValue> facts() {
        var facts = new ArrayList<>(protocol.values());
        if (widened()) {
            var number = new DecimalFormat("0.##", DecimalFormatSymbols.getInstance(Locale.ROOT));
            facts.add(new NamedValue("note", ("codes of %s bits are stored in GGUF's blocks of %s, the narrowest that hold them exactly; the types q2_k and q3_k"
                    + " of the method gguf are made for fewer bits").formatted(number.format(coded.bits()), number.format(report.model().bits().nominalBits()))));
        }
        String groups = request.recipe() == null ? null : coded.note(Recipe.parse(request.recipe()));
        if (groups != null) {
            facts.add(new NamedValue("note", groups));
        }
        return facts;
    }

    private Double activationBits() {
        Integer bits = report.model().rounding().inputBits();
        return bits == null ? null : bits.doubleValue();
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
