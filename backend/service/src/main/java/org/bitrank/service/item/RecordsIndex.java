package org.bitrank.service.item;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.evaluate.AnswerFault;
import org.bitrank.engine.evaluate.DegenerateAnswers;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Where each item of a records file begins, whether it was answered rightly, and whether its answer says nothing; the texts stay on disk. */
final class RecordsIndex {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /**
     * @param document number of the document
     * @param fault why what was written says nothing, or null
     */
    record Entry(int document, long offset, int length, Verdict verdict, AnswerFault fault) {}

    /**
     * What a document's line says.
     *
     * @param value the metric; NaN where the line says nothing of it, as of a turned-round question that counts with another
     * @param answer what was written, or null where nothing is
     */
    private record Line(int document, long offset, int length, double value, String answer, String target) {
        boolean figure() {
            return !Double.isNaN(value) && value != 0 && value != 1;
        }

        Entry entry(boolean judged, DegenerateAnswers degenerate) {
            Verdict verdict = !judged ? Verdict.NONE : value == 1 ? Verdict.RIGHT : value == 0 ? Verdict.WRONG : Verdict.NONE;
            return new Entry(document, offset, length, verdict, answer == null ? null : degenerate.fault(answer));
        }
    }

    private final Path file;
    private final List<Entry> entries;
    private final Map<Integer, Entry> byDocument = new HashMap<>();

    private RecordsIndex(Path file, List<Entry> entries) {
        this.file = file;
        this.entries = entries;
        entries.forEach(entry -> byDocument.put(entry.document, entry));
    }

    List<Entry> entries() {
        return entries;
    }

    /** Null where there is none. */
    Entry of(int document) {
        return byDocument.get(document);
    }

    Verdict verdict(int document) {
        Entry entry = byDocument.get(document);
        return entry == null ? null : entry.verdict;
    }

    boolean judged() {
        return entries.stream().anyMatch(entry -> entry.verdict != Verdict.NONE);
    }

    long count(Verdict verdict) {
        return entries.stream().filter(entry -> entry.verdict == verdict).count();
    }

    long degenerate() {
        return entries.stream().filter(entry -> entry.fault != null).count();
    }

    /** @param filter of a document's lines, one for each filter, the one that counts */
    static RecordsIndex of(Path file, String metric, String filter) throws IOException {
        var entries = new ArrayList<Line>();
        try (InputStream input = new BufferedInputStream(Files.newInputStream(file), 1 << 20)) {
            byte[] line = new byte[1 << 14];
            int length = 0;
            long offset = 0;
            for (int read = input.read(); read >= 0; read = input.read()) {
                if (read != '\n') {
                    if (length == line.length) {
                        line = Arrays.copyOf(line, 2 * length);
                    }
                    line[length++] = (byte) read;
                    continue;
                }
                add(entries, line, length, offset, metric, filter);
                offset += length + 1;
                length = 0;
            }
            add(entries, line, length, offset, metric, filter);
        }
        return new RecordsIndex(file, entries(entries));
    }

    private static void add(List<Line> entries, byte[] line, int length, long offset, String metric, String filter) {
        if (length == 0) {
            return;
        }
        int document = entries.size();
        double value = Double.NaN;
        String answer = null;
        String target = "";
        boolean counts = true;
        try (JsonParser parser = JSON.createParser(line, 0, length)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                String name = parser.currentName();
                JsonToken token = parser.nextToken();
                if (name.equals("doc_id")) {
                    document = parser.getIntValue();
                } else if (name.equals("filter")) {
                    counts = filter.equals(parser.getString());
                } else if (name.equals(metric) && token.isNumeric()) {
                    value = parser.getDoubleValue();
                } else if (name.equals("target") && token == JsonToken.VALUE_STRING) {
                    target = parser.getString();
                } else if (name.equals("resps")) {
                    answer = written(parser);
                } else {
                    parser.skipChildren();
                }
            }
        }
        if (counts) {
            entries.add(new Line(document, offset, length, value, answer, target));
        }
    }

    /** The first text of {@code [["text"]]}; null where the answers are scores, which lie one list deeper. */
    private static String written(JsonParser parser) {
        String first = null;
        int depth = 1;
        while (depth > 0) {
            JsonToken token = parser.nextToken();
            depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            if (first == null && depth == 2 && token == JsonToken.VALUE_STRING) {
                first = parser.getString();
            }
        }
        return first;
    }

    /** A metric that is neither 0 nor 1 for some item is a figure, which may be 0 or 1 by chance for others. */
    private static List<Entry> entries(List<Line> lines) {
        boolean judged = lines.stream().noneMatch(Line::figure);
        List<Line> written = lines.stream().filter(line -> line.answer != null).toList();
        // Found again from the answers, as the marks on the lines are younger than some records.
        DegenerateAnswers degenerate = written.isEmpty() ? null
                : DegenerateAnswers.of(written.stream().map(Line::answer).toList(), written.stream().map(Line::target).toList());
        return lines.stream().map(line -> line.entry(judged, degenerate)).toList();
    }

    JsonNode read(FileChannel channel, Entry entry) throws IOException {
        var bytes = ByteBuffer.allocate(entry.length);
        while (bytes.hasRemaining() && channel.read(bytes, entry.offset + bytes.position()) >= 0) {
            // Until the line is whole.
        }
        return JSON.readTree(bytes.array(), 0, bytes.position());
    }

    FileChannel open() throws IOException {
        return FileChannel.open(file);
    }
}
