package org.bitrank.service.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.bitrank.service.catalog.StudyFile.CaveatEntry;
import org.bitrank.service.catalog.StudyFile.StudyEntry;
import org.bitrank.service.catalog.StudyFile.TableEntry;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.dataformat.yaml.YAMLMapper;

/** The folder {@code datasets/published}, which the build puts into the application. */
@Component
class PublishedFolder implements PublishedTables {
    private static final String FOLDER = "/org/bitrank/datasets/published/";
    private static final YAMLMapper YAML = YAMLMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.KEBAB_CASE)
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private final StudyFile file;
    private final List<CaveatEntry> caveats;
    private final Map<String, List<Map<String, String>>> lines = new LinkedHashMap<>();
    private final List<Study> studies = new ArrayList<>();

    PublishedFolder() {
        file = YAML.readValue(bytes("studies.yaml"), StudyFile.class);
        caveats = YAML.readValue(bytes("caveats.yaml"), new TypeReference<List<CaveatEntry>>() {});
        for (StudyEntry study : file.studies()) {
            for (TableEntry table : study.tables()) {
                lines.put(table.file(), csv(table.file()));
            }
            studies.add(study(study));
        }
    }

    @Override
    public List<Study> studies() {
        return List.copyOf(studies);
    }

    @Override
    public Optional<Study> study(String id) {
        return studies.stream().filter(study -> study.id().equals(id)).findFirst();
    }

    @Override
    public Optional<Caveat> caveat(String id) {
        return caveats.stream()
                .filter(entry -> entry.id().equals(id))
                .map(PublishedFolder::caveat)
                .findFirst();
    }

    StudyFile file() {
        return file;
    }

    List<Map<String, String>> lines(TableEntry table) {
        return lines.get(table.file());
    }

    List<String> caveats(TableEntry table, Map<String, String> line, String column) {
        return caveats.stream()
                .filter(caveat -> caveat.cells().stream().anyMatch(cells -> cells.concerns(table.file(), line, column)))
                .map(CaveatEntry::id)
                .toList();
    }

    static byte[] bytes(String name) {
        try (InputStream input = PublishedFolder.class.getResourceAsStream(FOLDER + name)) {
            if (input == null) {
                throw new IllegalStateException("the application lacks " + FOLDER + name);
            }
            return input.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty cells are empty texts. */
    private static List<Map<String, String>> csv(String name) {
        var format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
        try (CSVParser parser = CSVParser.parse(new String(bytes(name), StandardCharsets.UTF_8), format)) {
            var lines = new ArrayList<Map<String, String>>();
            for (CSVRecord line : parser) {
                var cells = new LinkedHashMap<String, String>();
                parser.getHeaderNames().forEach(column -> cells.put(column, line.get(column)));
                lines.add(cells);
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Study study(StudyEntry study) {
        return new Study(
                study.id(), study.title(), study.citation(), study.url(), study.setup(),
                study.tables().stream().map(table -> table(study, table)).toList(),
                caveats.stream()
                        .filter(caveat -> caveat.study().equals(study.id()))
                        .map(PublishedFolder::caveat)
                        .toList());
    }

    private PublishedTable table(StudyEntry study, TableEntry table) {
        List<Map<String, String>> content = lines(table);
        var columns = new ArrayList<Column>();
        for (String name : content.getFirst().keySet()) {
            var entry = study.columns().get(name);
            columns.add(new Column(name, entry.label(), entry.task(), entry.metric()));
        }
        var shown = new ArrayList<Line>();
        for (Map<String, String> line : content) {
            var cells = new ArrayList<Cell>();
            for (Column column : columns) {
                cells.add(new Cell(line.get(column.name()), caveats(table, line, column.name())));
            }
            shown.add(new Line(shown.size() + 1, cells));
        }
        List<Caveat> concerning = caveats.stream()
                .filter(caveat -> caveat.cells().stream().anyMatch(cells -> cells.file().equals(table.file())))
                .map(PublishedFolder::caveat)
                .toList();
        return new PublishedTable(
                table.name(), table.title(), table.place() == null ? "" : table.place(), table.rows() != null, columns,
                shown, concerning);
    }

    private static Caveat caveat(CaveatEntry entry) {
        return new Caveat(entry.id(), entry.study(), entry.basis(), entry.text());
    }
}
