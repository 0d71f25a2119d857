package org.bitrank.service.comparison;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;

/**
 * The figures in a records file, metric by metric, in the order of the documents. Texts are skipped unread.
 *
 * @param columns by metric and filter
 * @param windows whether the items are windows of one text
 */
record ItemScores(Map<Name, Column> columns, boolean windows) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static final String WINDOW_FIGURE = "mean_nll";

    record Name(String metric, String filter) {}

    /**
     * @param documents numbers of the documents (windows)
     * @param weights what each value is to be divided by in the end (words, bytes); null for metrics without weights
     * @param clusters the source that each document shares with others; null where documents stand by themselves
     */
    record Column(int[] documents, double[] values, double[] weights, List<String> clusters) {}

    private static final class Growing {
        private final List<Integer> documents = new ArrayList<>();
        private final List<Double> values = new ArrayList<>();
        private final List<Double> weights = new ArrayList<>();
        private final List<String> clusters = new ArrayList<>();

        private Column column() {
            boolean clustered = clusters.stream().noneMatch(java.util.Objects::isNull);
            return new Column(
                    documents.stream().mapToInt(Integer::intValue).toArray(),
                    values.stream().mapToDouble(Double::doubleValue).toArray(),
                    weights.isEmpty() ? null : weights.stream().mapToDouble(Double::doubleValue).toArray(),
                    clustered ? List.copyOf(clusters) : null);
        }
    }

    private static final class Line {
        private int document;
        private String filter = "none";
        private String cluster;
        private final Map<String, double[]> numbers = new LinkedHashMap<>();
        private List<String> metrics = List.of();
    }

    static ItemScores read(Path file) {
        var growing = new LinkedHashMap<Name, Growing>();
        boolean windows = false;
        try (BufferedReader reader = Files.newBufferedReader(file)) {
            for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                if (!text.isEmpty()) {
                    Line line = line(text);
                    windows |= line.numbers.containsKey(WINDOW_FIGURE);
                    add(line, growing);
                }
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        var columns = new LinkedHashMap<Name, Column>();
        growing.forEach((name, column) -> columns.put(name, column.column()));
        return new ItemScores(columns, windows);
    }

    private static Line line(String text) {
        var line = new Line();
        try (JsonParser parser = JSON.createParser(text)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                switch (name) {
                    case "doc_id" -> line.document = parser.getIntValue();
                    case "filter" -> line.filter = parser.getString();
                    case "cluster" -> line.cluster = token == JsonToken.VALUE_NULL ? null : parser.getString();
                    case "metrics" -> line.metrics = strings(parser);
                    case "doc", "arguments", "resps", "filtered_resps" -> parser.skipChildren();
                    default -> {
                        double[] found = numbers(parser, token);
                        if (found != null) {
                            line.numbers.put(name, found);
                        }
                    }
                }
            }
        }
        return line;
    }

    private static List<String> strings(JsonParser parser) {
        var strings = new ArrayList<String>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            strings.add(parser.getString());
        }
        return strings;
    }

    /** A number, or a value with its weight; null for anything else. */
    private static double[] numbers(JsonParser parser, JsonToken token) {
        if (token.isNumeric()) {
            return new double[] {parser.getDoubleValue()};
        }
        if (token != JsonToken.START_ARRAY) {
            parser.skipChildren();
            return null;
        }
        var found = new ArrayList<Double>();
        boolean plain = true;
        for (JsonToken next = parser.nextToken(); next != JsonToken.END_ARRAY; next = parser.nextToken()) {
            if (next.isNumeric()) {
                found.add(parser.getDoubleValue());
            } else {
                plain = false;
                parser.skipChildren();
            }
        }
        return plain && found.size() == 2 ? new double[] {found.get(0), found.get(1)} : null;
    }

    private static void add(Line line, Map<Name, Growing> columns) {
        if (line.numbers.containsKey(WINDOW_FIGURE)) {
            // A window of a text, whose metric goes by another name in the results.
            Growing column = columns.computeIfAbsent(new Name("perplexity", "none"), name -> new Growing());
            add(column, line, line.numbers.get(WINDOW_FIGURE));
            return;
        }
        for (String metric : line.metrics) {
            double[] numbers = line.numbers.get(metric);
            if (numbers != null) {
                add(columns.computeIfAbsent(new Name(metric, line.filter), name -> new Growing()), line, numbers);
            }
        }
    }

    private static void add(Growing column, Line line, double[] numbers) {
        column.documents.add(line.document);
        column.values.add(numbers[0]);
        column.clusters.add(line.cluster);
        if (numbers.length > 1) {
            column.weights.add(numbers[1]);
        }
    }
}
