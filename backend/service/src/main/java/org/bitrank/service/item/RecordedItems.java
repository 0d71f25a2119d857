package org.bitrank.service.item;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Rows;
import org.bitrank.service.result.Score;
import org.springframework.stereotype.Service;

@Service
class RecordedItems implements Items {
    /** Indices kept: some dozens of bytes an item. */
    private static final int MOST = 256;

    private final Rows rows;
    private final Map<Path, RecordsIndex> indices = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, RecordsIndex> eldest) {
            return size() > MOST;
        }
    };

    RecordedItems(Rows rows) {
        this.rows = rows;
    }

    /** @param base null without records of the base */
    private record Pair(ResultRow row, Long against, Score score, RecordsIndex value, RecordsIndex base) {
        Verdict baseVerdict(int document) {
            return base == null ? null : base.verdict(document);
        }

        ItemCounts counts() {
            long lost = 0;
            long gained = 0;
            for (RecordsIndex.Entry entry : value.entries()) {
                Verdict before = baseVerdict(entry.document());
                lost += Show.LOST.lets(entry, before) ? 1 : 0;
                gained += Show.GAINED.lets(entry, before) ? 1 : 0;
            }
            return new ItemCounts(
                    score.task(), score.metric(), value.entries().size(), value.judged(), base != null, value.count(Verdict.RIGHT),
                    value.count(Verdict.WRONG), lost, gained, value.degenerate());
        }
    }

    @Override
    public List<ItemCounts> counts(long id) {
        ResultRow row = rows.row(id).orElse(null);
        if (row == null) {
            return List.of();
        }
        Map<String, Path> files = rows.records(id);
        Map<String, Path> baseFiles = row.baseRowId() == null ? Map.of() : rows.records(row.baseRowId());
        return files.keySet().stream()
                .map(task -> pair(row, task, row.baseRowId(), files, baseFiles))
                .flatMap(Optional::stream)
                .map(Pair::counts)
                .toList();
    }

    @Override
    public Optional<ItemPage> page(long id, ItemQuery query) {
        ResultRow row = rows.row(id).orElse(null);
        Map<String, Path> files = row == null ? Map.of() : rows.records(id);
        if (!files.containsKey(query.task())) {
            return Optional.empty();
        }
        Long other = query.against() == null ? row.baseRowId() : comparable(row, query.against());
        return pair(row, query.task(), other, files, other == null ? Map.of() : rows.records(other)).map(pair -> page(pair, query));
    }

    /** Empty where the row has no records of the task. */
    private Optional<Pair> pair(ResultRow row, String task, Long other, Map<String, Path> files, Map<String, Path> otherFiles) {
        Score score = headline(row, task);
        if (score == null || !files.containsKey(task)) {
            return Optional.empty();
        }
        RecordsIndex value = index(row.id(), files.get(task), score);
        RecordsIndex base = otherFiles.containsKey(task) ? index(other, otherFiles.get(task), score) : null;
        return Optional.of(new Pair(row, other, score, value, base));
    }

    private Long comparable(ResultRow row, long against) {
        ResultRow other = rows.row(against).orElseThrow(() -> BitRankException.badInput("there is no row " + against + " to compare with"));
        if (!other.model().equals(row.model()) || !other.protocolKey().equals(row.protocolKey())) {
            throw BitRankException.badInput("rows %d and %d were not measured in the same way, so that their items are not the same; choose a row of %s with an equal protocol"
                    .formatted(row.id(), against, row.model()));
        }
        return against;
    }

    private static Score headline(ResultRow row, String task) {
        Score found = null;
        for (Score score : row.scores()) {
            if (score.task().equals(task) && (found == null || score.main())) {
                found = score;
            }
        }
        return found;
    }

    /** Records never change once written. A long file is read outside the lock, so that others need not wait for it. */
    private RecordsIndex index(long row, Path file, Score score) {
        synchronized (indices) {
            RecordsIndex known = indices.get(file);
            if (known != null) {
                return known;
            }
        }
        try {
            RecordsIndex read = RecordsIndex.of(file, score.metric(), score.filter());
            synchronized (indices) {
                indices.put(file, read);
            }
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the records of row " + row, e);
        }
    }

    private static ItemPage page(Pair pair, ItemQuery query) {
        try (FileChannel value = pair.value.open(); FileChannel base = pair.base == null ? null : pair.base.open()) {
            List<RecordsIndex.Entry> found = found(pair, query, value);
            int from = (int) Math.min(found.size(), (long) query.page() * query.size());
            int to = (int) Math.min(found.size(), (long) from + query.size());
            var items = new ArrayList<ItemView>();
            for (RecordsIndex.Entry entry : found.subList(from, to)) {
                RecordsIndex.Entry before = pair.base == null ? null : pair.base.of(entry.document());
                var reader = new ItemReader(pair.value.read(value, entry), before == null ? null : pair.base.read(base, before));
                items.add(reader.view(entry, before));
            }
            return new ItemPage(pair.row.id(), pair.against, query, pair.counts(), found.size(), items);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the records of row " + pair.row.id(), e);
        }
    }

    private static List<RecordsIndex.Entry> found(Pair pair, ItemQuery query, FileChannel file) throws IOException {
        String[] words = query.text().isEmpty() ? new String[0] : query.text().toLowerCase(Locale.ROOT).split("\\s+");
        var found = new ArrayList<RecordsIndex.Entry>();
        for (RecordsIndex.Entry entry : pair.value.entries()) {
            if (query.show().lets(entry, pair.baseVerdict(entry.document()))
                    && (words.length == 0 || new ItemReader(pair.value.read(file, entry), null).contains(words))) {
                found.add(entry);
            }
        }
        return found;
    }
}
