package org.bitrank.web.studies;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.service.catalog.PublishedTables.Caveat;
import org.bitrank.service.catalog.PublishedTables.Column;
import org.bitrank.service.catalog.PublishedTables.PublishedTable;
import org.bitrank.service.catalog.PublishedTables.Study;
import org.bitrank.web.words.Figures;

/** A study's tables, each caveat with a number that stands beside its cells. */
record StudyPage(Study study, List<Table> tables, List<Note> notes) {
    record Table(String name, String title, String place, boolean onBoard, List<Heading> headings, List<List<Cell>> lines) {}

    /** @param number whether figures stand below it, and so at the right */
    record Heading(String label, String name, boolean number) {}

    /** @param number whether the text is one, and so stands to the right */
    record Cell(String text, boolean number, List<Note> notes) {}

    record Note(int number, Caveat caveat) {
        public String basis() {
            return switch (caveat.basis()) {
                case "printed" -> "printed by the authors";
                case "derived" -> "follows from what is printed";
                default -> "our inference";
            };
        }
    }

    static StudyPage of(Study study) {
        Map<String, Note> notes = new LinkedHashMap<>();
        for (PublishedTable table : study.tables()) {
            table.lines().forEach(line -> line.cells().forEach(cell -> cell.caveats().forEach(id -> number(study, id, notes))));
        }
        study.caveats().forEach(caveat -> number(study, caveat.id(), notes));
        List<Table> tables = study.tables().stream().map(table -> table(table, notes)).toList();
        return new StudyPage(study, tables, List.copyOf(notes.values()));
    }

    private static void number(Study study, String id, Map<String, Note> notes) {
        study.caveats().stream().filter(caveat -> caveat.id().equals(id)).findFirst()
                .ifPresent(caveat -> notes.computeIfAbsent(id, _ -> new Note(notes.size() + 1, caveat)));
    }

    private static Table table(PublishedTable table, Map<String, Note> notes) {
        var lines = new ArrayList<List<Cell>>();
        for (var line : table.lines()) {
            lines.add(line.cells().stream().map(cell -> new Cell(
                    cell.text().isEmpty() ? Figures.ABSENT : cell.text(),
                    cell.text().isEmpty() || cell.text().matches("[-+−]?[\\d.,]+(e[-+]?\\d+)?"),
                    cell.caveats().stream().map(notes::get).filter(java.util.Objects::nonNull).toList())).toList());
        }
        var headings = new ArrayList<Heading>();
        for (int i = 0; i < table.columns().size(); i++) {
            Column column = table.columns().get(i);
            int place = i;
            headings.add(new Heading(column.label(), column.name(), lines.stream().allMatch(line -> line.get(place).number())));
        }
        return new Table(table.name(), table.title(), table.place(), table.onBoard(), headings, lines);
    }
}
