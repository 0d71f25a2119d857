package org.bitrank.engine.tasks;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.bitrank.engine.Sha256;
import org.bitrank.engine.template.JsonValues;
import org.bitrank.kernels.BitRankException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads the rows of a data file in their order. JSON is read as it stands, each value with its own type, which a column reader
 * would even out over all rows; Parquet, CSV and TSV go through DuckDB.
 */
final class RowReader {
    private static final JsonMapper JSON = JsonMapper.shared();

    private RowReader() {}

    static List<Map<String, Object>> read(Path file) {
        String name = file.getFileName().toString();
        if (name.matches(".*\\.(parquet|(csv|tsv)(\\.gz)?)")) {
            return TableReader.read(file);
        }
        return json(file);
    }

    /** A whole file as one row with one column, {@code text}; line breaks stay as they are. */
    static List<Map<String, Object>> wholeText(Path file) {
        try {
            return List.of(Map.of("text", Files.readString(file)));
        } catch (java.nio.charset.MalformedInputException e) {
            throw BitRankException.badInput(file + " is not UTF-8 text; convert it", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Map<String, Object>> json(Path file) {
        var rows = new ArrayList<Map<String, Object>>();
        try (InputStream bytes = opened(file);
                MappingIterator<JsonNode> nodes = JSON.readerFor(JsonNode.class).readValues(bytes)) {
            while (nodes.hasNextValue()) {
                rows.add(row(nodes.nextValue(), file));
            }
        } catch (JacksonException e) {
            var place = e.getLocation();
            throw BitRankException.badInput("%s is not valid JSON%s: %s; copy the file again"
                    .formatted(file, place == null ? "" : " in line " + place.getLineNr(), e.getOriginalMessage()), e);
        } catch (IOException e) {
            throw BitRankException.badInput(file + " cannot be read: " + e.getMessage() + "; copy the file again", e);
        }
        return rows;
    }

    private static InputStream opened(Path file) throws IOException {
        InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        return file.getFileName().toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> row(JsonNode node, Path file) {
        if (!node.isObject()) {
            throw BitRankException.badInput(file + " must hold objects, one for each row, not " + node.getNodeType());
        }
        return (Map<String, Object>) JsonValues.of(node);
    }

    static String sha256(Path file) {
        try {
            return Sha256.of(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
