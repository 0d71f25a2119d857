package org.bitrank.engine.tasks;

import java.nio.file.Path;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.kernels.BitRankException;
import org.duckdb.DuckDBStruct;
import tools.jackson.databind.json.JsonMapper;

/**
 * Parquet, CSV and TSV through DuckDB, each row handed over as JSON, so that nested columns become maps and lists. Bytes are pictures,
 * as the hub's data sets hold them ({@code {bytes, path}}); they are kept outside of memory.
 */
final class TableReader {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String BYTES = "BLOB";
    /** Room for a picture in base64. */
    private static final int LONGEST_LINE = 16 << 20;

    private final Path file;
    private final PictureSpool spool;

    private TableReader(Path file) {
        this.file = file;
        this.spool = new PictureSpool();
    }

    static List<Map<String, Object>> read(Path file) {
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            try (var settings = duck.createStatement()) {
                settings.execute("SET memory_limit = '1GB'");
                settings.execute("SET preserve_insertion_order = true");
            }
            return new TableReader(file).rows(duck, function(file.getFileName().toString()));
        } catch (SQLException e) {
            throw BitRankException.badInput(file + " cannot be read: " + e.getMessage().lines().findFirst().orElse(""), e);
        }
    }

    private static String function(String name) {
        if (name.endsWith(".parquet")) {
            return "read_parquet(?)";
        }
        String lines = "header = true, max_line_size = " + LONGEST_LINE;
        // A column's type is that of all its values where numbers may stand beside texts, as in answers.
        return name.contains(".tsv") ? "read_csv(?, %s, delim = '\\t', sample_size = -1)".formatted(lines) : "read_csv(?, " + lines + ")";
    }

    private List<Map<String, Object>> rows(Connection duck, String function) throws SQLException {
        Map<String, Boolean> columns = columns(duck, function);
        String plain = columns.entrySet().stream()
                .filter(column -> !column.getValue())
                .map(column -> quoted(column.getKey()) + " := " + quoted(column.getKey()))
                .collect(Collectors.joining(", "));
        String pictures = columns.entrySet().stream()
                .filter(Map.Entry::getValue)
                .map(column -> ", " + quoted(column.getKey()))
                .collect(Collectors.joining());
        String json = plain.isEmpty() ? "'{}'" : "to_json(struct_pack(" + plain + "))";
        var rows = new ArrayList<Map<String, Object>>();
        try (var query = duck.prepareStatement("SELECT " + json + pictures + " FROM " + function)) {
            query.setString(1, file.toAbsolutePath().toString());
            try (var result = query.executeQuery()) {
                while (result.next()) {
                    Map<String, Object> values = RowReader.row(JSON.readTree(result.getString(1)), file);
                    var row = new LinkedHashMap<String, Object>();
                    int place = 2;
                    for (Map.Entry<String, Boolean> column : columns.entrySet()) {
                        String name = "row %d of %s, column %s".formatted(rows.size(), file.getFileName(), column.getKey());
                        row.put(
                                column.getKey(),
                                column.getValue() ? stored(result.getObject(place++), name) : values.get(column.getKey()));
                    }
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    /** Each column, and whether there are bytes in it. */
    private Map<String, Boolean> columns(Connection duck, String function) throws SQLException {
        var columns = new LinkedHashMap<String, Boolean>();
        try (var query = duck.prepareStatement("DESCRIBE SELECT * FROM " + function)) {
            query.setString(1, file.toAbsolutePath().toString());
            try (var result = query.executeQuery()) {
                while (result.next()) {
                    columns.put(result.getString("column_name"), result.getString("column_type").contains(BYTES));
                }
            }
        }
        return columns;
    }

    private static String quoted(String column) {
        return "\"" + column.replace("\"", "\"\"") + "\"";
    }

    /** @param name what messages call the picture where the data give it no name */
    private Object stored(Object value, String name) throws SQLException {
        return switch (value) {
            case null -> null;
            case Blob blob -> spool.add(name, blob.getBytes(1, (int) blob.length()));
            case DuckDBStruct struct -> picture(struct.getMap(), name);
            case Array array -> {
                var several = new ArrayList<Object>();
                for (Object one : (Object[]) array.getArray()) {
                    several.add(stored(one, name));
                }
                yield several;
            }
            default -> value;
        };
    }

    private Object picture(Map<String, Object> fields, String name) throws SQLException {
        String known = fields.get("path") instanceof String path ? name + " (" + path + ")" : name;
        if (fields.get("bytes") instanceof Blob blob && Set.of("bytes", "path").containsAll(fields.keySet())) {
            return stored(blob, known);
        }
        var others = new LinkedHashMap<String, Object>();
        for (Map.Entry<String, Object> field : fields.entrySet()) {
            others.put(field.getKey(), stored(field.getValue(), known));
        }
        return others;
    }
}
