package org.bitrank.engine.quantize;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.kernels.BitRankException;

/** Data sets in folders laid out as {@code <owner>__<dataset>/<config>/<split>.<jsonl|json|parquet|csv>}. */
public record DataFolders(List<Path> folders) implements TextRows {
    private static final List<String> FORMATS = List.of("jsonl", "json", "parquet", "csv");

    /** These folders, then the one of the environment variable {@code BITRANK_DATA}. */
    public static DataFolders of(List<Path> given) {
        var folders = new ArrayList<>(given);
        String configured = System.getenv("BITRANK_DATA");
        if (configured != null && !configured.isBlank()) {
            folders.add(Path.of(configured));
        }
        return new DataFolders(List.copyOf(folders));
    }

    @Override
    public List<String> texts(String dataset, String config, String split) {
        Path relative = Path.of(dataset.replace("/", "__"), config, split);
        for (Path folder : folders) {
            for (String format : FORMATS) {
                Path file = folder.resolve(relative + "." + format);
                if (Files.isRegularFile(file)) {
                    return read(file, format);
                }
            }
        }
        throw BitRankException.dataMissing("the %s split of %s (%s) is not there: put it as %s.jsonl (or .json, .parquet, .csv) in a folder and give that with --data or BITRANK_DATA, or choose another calibration.dataset"
                .formatted(split, dataset, config, relative));
    }

    private static List<String> read(Path file, String format) {
        String reader =
                switch (format) {
                    case "parquet" -> "read_parquet(?)";
                    case "csv" -> "read_csv(?, header = true, all_varchar = true)";
                    default -> "read_json(?, columns = {text: 'VARCHAR'})";
                };
        List<String> texts = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:duckdb:");
                var query = connection.prepareStatement("select coalesce(text, '') from " + reader)) {
            query.setString(1, file.toString());
            try (var rows = query.executeQuery()) {
                while (rows.next()) {
                    texts.add(rows.getString(1));
                }
            }
            return texts;
        } catch (SQLException unreadable) {
            throw BitRankException.badInput(file + " cannot be read as rows with a column text: " + unreadable.getMessage(), unreadable);
        }
    }
}
