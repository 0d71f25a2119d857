package org.bitrank.service.result;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.databind.json.JsonMapper;

@Service
@Transactional(readOnly = true)
class ResultStore implements Rows, ResultRecorder {
    /** Ids in one query: databases limit the number of parameters. */
    private static final int CHUNK = 1000;

    private final StoredRowRepository rows;
    private final StoredScoreRepository scores;
    private final ApplicationEventPublisher events;
    private final ServiceSettings settings;
    private final JsonMapper json;

    ResultStore(
            StoredRowRepository rows,
            StoredScoreRepository scores,
            ApplicationEventPublisher events,
            ServiceSettings settings,
            JsonMapper json) {
        this.rows = rows;
        this.scores = scores;
        this.events = events;
        this.settings = settings;
        this.json = json;
    }

    @Override
    public Optional<RowDetail> detail(long id) {
        return rows.findById(id).map(stored -> {
            ResultRow row = row(id).orElseThrow();
            return json.readValue(stored.detail(), RowDetail.class).withRow(row);
        });
    }

    @Override
    public Optional<ResultRow> row(long id) {
        return rows(List.of(id)).stream().findFirst().map(this::withBase);
    }

    /** The base may have been measured after the row. */
    private ResultRow withBase(ResultRow row) {
        return row.provenance() != Provenance.MEASURED || row.unquantized()
                ? row
                : row.withBase(base(row.model(), row.protocolKey()).orElse(null));
    }

    @Override
    public Map<String, Path> records(long id) {
        var files = new LinkedHashMap<String, Path>();
        rows.findById(id).map(stored -> json.readValue(stored.detail(), RowDetail.class)).ifPresent(detail -> {
            for (RowDetail.RecordsFile file : detail.records()) {
                Path path = settings.records(detail.runId()).resolve(file.name());
                if (Files.isRegularFile(path)) {
                    files.putIfAbsent(file.task(), path);
                }
            }
        });
        return files;
    }

    @Override
    public Optional<Long> base(String model, String protocolKey) {
        return rows.findByModelAndProtocolKeyAndUnquantizedTrueAndProvenanceOrderByIdDesc(
                        model, protocolKey, Provenance.MEASURED)
                .stream()
                .findFirst()
                .map(StoredRow::id);
    }

    @Override
    public List<Device> devices() {
        return rows.devices();
    }

    @Override
    public Optional<Repeats> repeats(long id) {
        String key = rows.findById(id).map(StoredRow::repeatKey).orElse(null);
        List<StoredRow> stored = key == null ? List.of() : rows.findByRepeatKeyOrderById(key);
        if (stored.size() < 2) {
            return Optional.empty();
        }
        List<Repeats.Repeat> repeats = stored.stream()
                .map(row -> new Repeats.Repeat(
                        row.id(), RepeatKey.seed(json.readValue(row.detail(), RowDetail.class).recipe(), json)))
                .toList();
        return Optional.of(new Repeats(repeats, Repeats.spreads(rows(stored.stream().map(StoredRow::id).toList()))));
    }

    @Override
    public Map<Long, String> repeatKeys() {
        var keys = new HashMap<Long, String>();
        rows.repeatKeys().forEach(key -> keys.put(key.id(), key.repeatKey()));
        return keys;
    }

    @Override
    public String stamp() {
        return rows.count() + "-" + rows.highestId();
    }

    @Override
    public Set<Long> ids() {
        return new TreeSet<>(rows.allIds());
    }

    @Override
    public List<ResultRow> rows(Collection<Long> ids) {
        var sorted = new ArrayList<>(new TreeSet<>(ids));
        var found = new ArrayList<ResultRow>(sorted.size());
        for (int start = 0; start < sorted.size(); start += CHUNK) {
            List<Long> chunk = sorted.subList(start, Math.min(sorted.size(), start + CHUNK));
            Map<Long, List<Score>> scoresOfRow = new HashMap<>();
            for (StoredScore score : scores.findByRowIdInOrderByRowIdAscPositionAscIdAsc(chunk)) {
                scoresOfRow.computeIfAbsent(score.rowId(), row -> new ArrayList<>()).add(score.toScore());
            }
            for (StoredRow row : rows.findByIdInOrderById(chunk)) {
                found.add(row.toRow(StoredName.read(row.naming(), json), List.copyOf(scoresOfRow.getOrDefault(row.id(), List.of()))));
            }
        }
        return found;
    }

    @Override
    @Transactional
    public long record(NewRow row) {
        long id = store(row);
        events.publishEvent(new RowsChanged());
        return id;
    }

    @Override
    @Transactional
    public void replacePublished(String sourceTable, List<NewRow> added) {
        rows.deleteOf(sourceTable);
        added.forEach(this::store);
        events.publishEvent(new RowsChanged());
    }

    private long store(NewRow added) {
        ResultRow row = added.detail().row();
        List<Score> scoresOfRow = row.scores();
        boolean quantizedHere = row.provenance() == Provenance.MEASURED && !row.unquantized();
        String naming = quantizedHere ? StoredName.of(added.detail().recipe(), json) : null;
        // The row has its own columns.
        StoredRow stored = rows.save(new StoredRow(added, RepeatKey.of(added.detail(), json), naming, json.writeValueAsString(added.detail().withRow(null))));
        for (int position = 0; position < scoresOfRow.size(); position++) {
            scores.save(new StoredScore(stored.id(), position, scoresOfRow.get(position)));
        }
        return stored.id();
    }
}
