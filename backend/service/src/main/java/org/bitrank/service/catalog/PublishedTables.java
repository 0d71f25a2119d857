package org.bitrank.service.catalog;

import java.util.List;
import java.util.Optional;

/** The tables of other people's studies as they print them, with what is known to be wrong beside the cells concerned. */
public interface PublishedTables {
    List<Study> studies();

    Optional<Study> study(String id);

    Optional<Caveat> caveat(String id);

    /** @param setup how the study measured */
    record Study(
            String id, String title, String citation, String url, String setup, List<PublishedTable> tables,
            List<Caveat> caveats) {}

    /**
     * @param name file name without its ending
     * @param place where in the publication
     * @param onBoard whether its lines are rows of the board
     */
    record PublishedTable(
            String name, String title, String place, boolean onBoard, List<Column> columns, List<Line> lines,
            List<Caveat> caveats) {}

    /** @param task null unless the column is a score */
    record Column(String name, String label, String task, String metric) {}

    /** @param number from 1, as in {@code NewRow.sourceLine} */
    record Line(int number, List<Cell> cells) {}

    /** @param text as printed; empty where nothing is; @param caveats ids */
    record Cell(String text, List<String> caveats) {}

    /** @param basis {@code printed}, {@code derived} or {@code inference} */
    record Caveat(String id, String study, String basis, String text) {}
}
