package org.bitrank.engine.tasks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.json.JsonMapper;

/** Parquet and CSV through DuckDB, each row handed over as JSON, so that nested columns become maps and lists. */
final class TableReader {
    private static final JsonMapper JSON = JsonMapper.shared();

    private TableReader() {}

    static List<Map<String, Object>> read(Path file) {
        String function = file.getFileName().toString().contains(".csv") ? "read_csv(?, header = true)" : "read_parquet(?)";
        var rows = new ArrayList<Map<String, Object>>();
        try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            try (var settings = duck.createStatement()) {
                settings.execute("SET memory_limit = '1GB'");
                settings.execute("SET preserve_insertion_order = true");
            }
            try (var query = duck.prepareStatement("SELECT to_json(row_) FROM " + function + " AS row_")) {
                query.setString(1, file.toAbsolutePath().toString());
                try (var result = query.executeQuery()) {
                    while (result.next()) {
                        rows.add(RowReader.row(JSON.readTree(result.getString(1)), file));
                    }
                }
            }
        } catch (SQLException e) {
            throw BitRankException.badInput(file + " cannot be read: " + e.getMessage().lines().findFirst().orElse(""), e);
        }
        return rows;
    }
}
