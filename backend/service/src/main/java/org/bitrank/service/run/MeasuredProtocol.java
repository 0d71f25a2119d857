package org.bitrank.service.run;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.evaluate.EvaluationReport;
import org.bitrank.engine.evaluate.ModelFacts;
import org.bitrank.engine.evaluate.Protocol;
import org.bitrank.engine.evaluate.TaskReport;
import org.bitrank.engine.hub.HubOrigin;
import org.bitrank.engine.measure.RuntimeRounding;
import org.bitrank.engine.tokenizer.Conversation;
import org.bitrank.service.result.RowDetail.NamedValue;

/** How a report was measured: as a key that only equal measurements share, as one line, and in full. */
final class MeasuredProtocol {
    private final RunRequest request;
    private final EvaluationReport report;

    MeasuredProtocol(RunRequest request, EvaluationReport report) {
        this.request = request;
        this.report = report;
    }

    /** Everything besides the model that the numbers depend on, and the base that they are compared with. */
    String key() {
        MessageDigest digest = Sha256.digest();
        ModelFacts base = report.base() == null ? report.model() : report.base();
        digest.update(base.sha256().getBytes(StandardCharsets.UTF_8));
        for (TaskReport task : report.tasks()) {
            digest.update(task.protocol().canonicalJson().getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }

    String line() {
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

    List<NamedValue> values() {
        Protocol first = report.tasks().getFirst().protocol();
        var values = new ArrayList<NamedValue>();
        values.add(new NamedValue("key", key()));
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
}
