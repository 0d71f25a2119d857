package org.bitrank.service.catalog;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.service.catalog.StudyFile.ColumnEntry;
import org.bitrank.service.catalog.StudyFile.MethodOfName;
import org.bitrank.service.catalog.StudyFile.RowsEntry;
import org.bitrank.service.catalog.StudyFile.StudyEntry;
import org.bitrank.service.catalog.StudyFile.TableEntry;
import org.bitrank.service.result.NewRow;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.Score;

/** Lines of one published table as rows of the board. */
final class PublishedRows {
    private final PublishedFolder folder;
    private final StudyEntry study;
    private final TableEntry table;
    private final Instant now;

    PublishedRows(PublishedFolder folder, StudyEntry study, TableEntry table, Instant now) {
        this.folder = folder;
        this.study = study;
        this.table = table;
        this.now = now;
    }

    List<NewRow> all() {
        var rows = new ArrayList<NewRow>();
        var bases = new LinkedHashMap<String, Map<String, Score>>();
        int number = 0;
        for (Map<String, String> line : folder.lines(table)) {
            number++;
            if (table.modelsInColumns() == null) {
                add(line, number, model(line), columns(line), bases, rows);
            } else {
                for (var entry : table.modelsInColumns().entrySet()) {
                    add(line, number, entry.getKey(), entry.getValue(), bases, rows);
                }
            }
        }
        return rows;
    }

    private void add(
            Map<String, String> line, int number, String model, Map<String, ColumnEntry> columns,
            Map<String, Map<String, Score>> bases, List<NewRow> rows) {
        String printedMethod = cell(line, table.rows().method(), table.rows().fixedMethod());
        MethodOfName method = method(printedMethod);
        Map<String, Score> base = method.unquantized() || method.ownTraining() ? Map.of() : bases.getOrDefault(model, Map.of());
        var scores = new ArrayList<Score>();
        columns.forEach((column, entry) -> {
            String valueColumn = table.metricInColumn() == null ? column : table.metricInColumn().value();
            String printed = line.get(valueColumn);
            if (!printed.isEmpty()) {
                scores.add(score(line, valueColumn, entry, printed, base));
            }
        });
        if (scores.isEmpty()) {
            return;
        }
        ResultRow row = row(line, model, printedMethod, method, scores);
        if (method.unquantized()) {
            var values = new LinkedHashMap<String, Score>();
            scores.forEach(score -> values.put(score.key(), score));
            bases.put(model, values);
        }
        var protocol = List.of(
                new NamedValue("study", study.title()),
                new NamedValue("table", table.title() + (table.place() == null ? "" : ", " + table.place())),
                new NamedValue("line", Integer.toString(number)),
                new NamedValue("setup", study.setup()));
        rows.add(new NewRow(
                new RowDetail(
                        row, null, null, protocol, List.of(), List.of(), List.of(), List.of(), 0, List.of(), null,
                        List.of(), List.of(), caveatsOf(line)),
                null, table.file(), number));
    }

    private ResultRow row(
            Map<String, String> line, String model, String printedMethod, MethodOfName method, List<Score> scores) {
        RowsEntry places = table.rows();
        Double bits = method.bits() != null ? method.bits() : number(line, places.bits());
        if (bits == null) {
            bits = places.fixedBits();
        }
        Double activationBits = method.activationBits() != null
                ? method.activationBits()
                : number(line, places.activationBits());
        if (activationBits != null && activationBits >= 16) {
            activationBits = null;
        }
        Double gigabits = number(line, places.gigabits());
        String citation = places.source() == null
                ? study.citation() + (table.place() == null ? "" : ", " + table.place())
                : line.get(places.source());
        return new ResultRow(
                0, Provenance.PUBLISHED, now, model, method.method(), label(line, printedMethod, method, bits, activationBits),
                bits, activationBits, groupSize(line, method), method.symmetric(), method.unquantized(), study.id(), null,
                table.name(), table.title(), null, null, null, number(line, places.effectiveBits()),
                gigabits == null ? null : Math.round(gigabits * 1e9 / 8), null, null, null, null, null, null, null,
                study.id(), citation, scores);
    }

    private String label(
            Map<String, String> line, String printedMethod, MethodOfName method, Double bits, Double activationBits) {
        Integer group = groupSize(line, method);
        boolean says = method.unquantized() || method.ownTraining() || method.bits() != null;
        var label = new StringBuilder(printedMethod);
        if (!says) {
            label.append(activationBits == null
                    ? " " + trimmed(bits) + "-bit"
                    : " W" + trimmed(bits) + "A" + trimmed(activationBits));
        }
        if (!method.unquantized() && group != null && !printedMethod.contains("g128")) {
            label.append(group == 0 ? " per channel" : " g" + group);
        }
        return label.toString();
    }

    private static String trimmed(Double number) {
        return number == null ? "?" : number == Math.rint(number) ? Long.toString(Math.round(number)) : number.toString();
    }

    private Integer groupSize(Map<String, String> line, MethodOfName method) {
        if (method.unquantized()) {
            return null;
        }
        if (method.groupSize() != null) {
            return method.groupSize();
        }
        String column = table.rows().groupSize();
        if (column == null) {
            return null;
        }
        return line.get(column).isEmpty() ? 0 : Integer.valueOf(line.get(column));
    }

    private Score score(
            Map<String, String> line, String column, ColumnEntry entry, String printed, Map<String, Score> bases) {
        boolean percent = entry.percent() && !table.fractions();
        Double value = parsed(printed) == null
                ? null
                : Double.valueOf(new BigDecimal(printed).movePointLeft(percent ? 2 : 0).doubleValue());
        Score base = bases.get(entry.task() + "." + entry.metric());
        Double baseValue = base == null || value == null ? null : base.value();
        Double difference = null;
        Double recovery = null;
        if (baseValue != null && baseValue > 0) {
            difference = entry.perplexity() ? Double.valueOf(Math.log(value / baseValue)) : Double.valueOf(value - baseValue);
            recovery = entry.perplexity() ? 100 * baseValue / value : 100 * value / baseValue;
        }
        return new Score(
                entry.task(), entry.metric(), "none", value, printed, null, entry.higherIsBetter(), entry.main(),
                baseValue, difference, null, null, recovery, folder.caveats(table, line, column));
    }

    private Map<String, ColumnEntry> columns(Map<String, String> line) {
        var columns = new LinkedHashMap<String, ColumnEntry>();
        if (table.metricInColumn() != null) {
            String metric = line.get(table.metricInColumn().column());
            columns.put(metric, table.metricInColumn().metrics().get(metric));
            return columns;
        }
        for (String column : line.keySet()) {
            ColumnEntry entry = study.columns().get(column);
            if (entry.score()) {
                columns.put(column, entry);
            }
        }
        return columns;
    }

    private List<String> caveatsOf(Map<String, String> line) {
        Set<String> ids = new LinkedHashSet<>();
        line.keySet().forEach(column -> ids.addAll(folder.caveats(table, line, column)));
        return List.copyOf(ids);
    }

    private String model(Map<String, String> line) {
        String printed = cell(line, table.rows().model(), table.rows().fixedModel());
        String prefix = table.rows().modelPrefix();
        return (prefix == null ? "" : prefix) + folder.file().models().getOrDefault(printed, printed);
    }

    private MethodOfName method(String printed) {
        String longest = null;
        for (String name : folder.file().methods().keySet()) {
            if (printed.startsWith(name) && (longest == null || name.length() > longest.length())) {
                longest = name;
            }
        }
        if (longest == null) {
            throw new IllegalStateException("studies.yaml knows no method for '" + printed + "' in " + table.file());
        }
        return folder.file().methods().get(longest);
    }

    private static String cell(Map<String, String> line, String column, String fixed) {
        return column == null ? fixed : line.get(column);
    }

    private static Double number(Map<String, String> line, String column) {
        return column == null ? null : parsed(line.get(column));
    }

    /** Null where a publication prints no number: nothing, or N. */
    private static Double parsed(String printed) {
        return printed.isEmpty() || printed.equals("N") ? null : Double.valueOf(printed);
    }
}
