package org.bitrank.service;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.bitrank.service.result.NewRow;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.Score;

/** Rows in the shape of measured ones, drawn from a fixed seed. */
public final class SampleRows {
    private static final String[] METHODS = {"rtn", "gptq", "awq", "hqq", "quip"};
    private static final int[] BITS = {8, 6, 4, 3, 2};
    private static final int[] GROUPS = {0, 32, 64, 128};
    private static final String[] TASKS = {"piqa", "arc_easy", "hellaswag", "winogrande", "boolq"};

    private SampleRows() {}

    /** A base for each of {@code models}, then quantized rows over them in turn. */
    public static List<NewRow> rows(int count, int models) {
        var random = new Random(7);
        var rows = new ArrayList<NewRow>(count);
        for (int i = 0; i < count; i++) {
            rows.add(row(i, models, random));
        }
        return rows;
    }

    /** Most models read text alone. */
    private static final String[] TOWERS = {null, null, "language", "language + vision"};

    private static NewRow row(int i, int models, Random random) {
        String model = "example/model-" + i % Math.max(1, models);
        boolean base = i < models;
        int bits = base ? 16 : BITS[random.nextInt(BITS.length)];
        int group = GROUPS[random.nextInt(GROUPS.length)];
        String method = base ? "none" : METHODS[random.nextInt(METHODS.length)];
        double loss = base ? 0 : Math.exp(-bits) * 10 * (0.5 + random.nextDouble());
        var scores = new ArrayList<Score>();
        scores.add(score("wikitext2_gptq", "perplexity", 6 * Math.exp(loss), 6, loss, 0.01, base, false));
        for (String task : TASKS) {
            scores.add(score(task, "acc", 0.7 - 0.1 * loss, 0.7, -0.1 * loss, 0.01, base, true));
        }
        ResultRow row = new ResultRow(
                0, Provenance.MEASURED, Instant.parse("2026-01-01T00:00:00Z").plusSeconds(i), model, method,
                base ? "unquantized" : method.toUpperCase() + " " + bits + "-bit g" + group, (double) bits, null,
                base ? null : group, base ? null : random.nextBoolean(), base, "standard",
                base ? "safetensors" : "compressed-tensors", "protocol-1", "wikitext2_gptq 2048, 5 tasks", null,
                base ? null : loss, base ? null : Math.exp(-loss), bits + 0.3, 1000L * bits, 900.0, 30.0, 1L << 30,
                12.0, "cpu", "test processor", null, null, null, base ? null : TOWERS[i % TOWERS.length], null, false, scores);
        return NewRow.measured(
                new RowDetail(
                        row, 1L, "{}", List.of(new NamedValue("tasks", "six")), List.of(), List.of(), List.of(),
                        List.of(), 0, List.of("done"), "bitrank eval", List.of(), List.of(), List.of()),
                "hash-" + i);
    }

    private static Score score(
            String task, String metric, double value, double base, double difference, double half, boolean unquantized,
            boolean higher) {
        return new Score(
                task, metric, "none", value, null, half / 2, higher, true, unquantized ? null : base,
                unquantized ? null : difference, unquantized ? null : difference - half,
                unquantized ? null : difference + half, unquantized ? null : 100 * value / base, List.of());
    }
}
