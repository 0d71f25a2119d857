package org.bitrank.web.board;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.BoardView.ScoreColumn;
import org.bitrank.service.result.Score;

/** The view as comma-separated values (RFC 4180), bases first, full precision, one column a score. */
final class ResultsCsv {
    private static final Map<String, Function<BoardRow, Object>> COLUMNS = new LinkedHashMap<>();

    static {
        COLUMNS.put("id", BoardRow::id);
        COLUMNS.put("rank_low", row -> row.rank() == null ? null : row.rank().low());
        COLUMNS.put("rank_high", row -> row.rank() == null ? null : row.rank().high());
        COLUMNS.put("provenance", row -> row.result().provenance().label());
        COLUMNS.put("model", row -> row.result().model());
        COLUMNS.put("method", row -> row.result().method());
        COLUMNS.put("label", row -> row.result().label());
        COLUMNS.put("bits", row -> row.result().bits());
        COLUMNS.put("activation_bits", row -> row.result().activationBits());
        COLUMNS.put("group_size", row -> row.result().groupSize());
        COLUMNS.put("symmetric", row -> row.result().symmetric());
        COLUMNS.put("towers", row -> row.result().towers());
        COLUMNS.put("suite", row -> row.result().suite());
        COLUMNS.put("format", row -> row.result().format());
        COLUMNS.put("loss", row -> row.difference() == null ? null : row.difference().loss());
        COLUMNS.put("loss_low", row -> row.difference() == null ? null : row.difference().low());
        COLUMNS.put("loss_high", row -> row.difference() == null ? null : row.difference().high());
        COLUMNS.put("loss_unit", row -> row.difference() == null ? null : row.difference().unit());
        COLUMNS.put("recovery_percent", BoardRow::recovery);
        COLUMNS.put("kl_divergence", row -> row.result().divergence());
        COLUMNS.put("same_top1", row -> row.result().topAgreement());
        COLUMNS.put("effective_bits", row -> row.result().effectiveBits());
        COLUMNS.put("bytes", row -> row.result().bytes());
        COLUMNS.put("prefill_tokens_per_second", row -> row.result().prefillRate());
        COLUMNS.put("decode_tokens_per_second", row -> row.result().decodeRate());
        COLUMNS.put("peak_memory_bytes", row -> row.result().peakMemory());
        COLUMNS.put("quantize_seconds", row -> row.result().quantizeSeconds());
        COLUMNS.put("backend", row -> row.result().backend());
        COLUMNS.put("device", row -> row.result().device());
        COLUMNS.put("protocol", row -> row.result().protocolLine());
        COLUMNS.put("artifact_sha256", row -> row.result().artifactSha256());
        COLUMNS.put("study", row -> row.result().study());
        COLUMNS.put("source", row -> row.result().source());
        COLUMNS.put("created_at", row -> row.result().createdAt());
    }

    private ResultsCsv() {}

    static String of(BoardView view) {
        var text = new StringBuilder();
        var names = new ArrayList<Object>(COLUMNS.keySet());
        for (ScoreColumn column : view.columns()) {
            names.add(column.key());
            names.add(column.key() + "_stderr");
        }
        line(text, names);
        view.bases().forEach(row -> line(text, cells(row, view.columns())));
        view.rows().forEach(row -> line(text, cells(row, view.columns())));
        return text.toString();
    }

    private static List<Object> cells(BoardRow row, List<ScoreColumn> columns) {
        var cells = new ArrayList<>();
        COLUMNS.values().forEach(column -> cells.add(column.apply(row)));
        for (ScoreColumn column : columns) {
            Score score = row.result().score(column.key());
            cells.add(score == null ? null : score.value());
            cells.add(score == null ? null : score.stderr());
        }
        return cells;
    }

    private static void line(StringBuilder text, List<Object> cells) {
        for (int i = 0; i < cells.size(); i++) {
            text.append(i == 0 ? "" : ",").append(cell(cells.get(i)));
        }
        text.append("\r\n");
    }

    private static String cell(Object value) {
        if (value == null) {
            return "";
        }
        String cell = value.toString();
        if (value instanceof String && !cell.isEmpty() && "=+-@\t\r".indexOf(cell.charAt(0)) >= 0) {
            // A spreadsheet would run this as a formula; names come from whoever submits.
            cell = "'" + cell;
        }
        return cell.matches("(?s).*[\",\r\n].*") ? '"' + cell.replace("\"", "\"\"") + '"' : cell;
    }
}
