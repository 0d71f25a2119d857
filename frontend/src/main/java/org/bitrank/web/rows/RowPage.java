package org.bitrank.web.rows;

import java.util.List;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.catalog.PublishedTables.Caveat;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.web.board.RowName;

/** A row as the template shows it. {@code artifact} is null where nothing was written or kept. */
record RowPage(RowDetail detail, RowName name, String verdict, List<TaskLine> tasks, Artifact artifact, ResultRow base, String recipe, List<Caveat> caveats) {
    public ResultRow row() {
        return detail.row();
    }

    public boolean published() {
        return row().provenance() == Provenance.PUBLISHED;
    }

    public String title() {
        return published() || row().unquantized() ? row().label() : name.whole();
    }

    public String log() {
        return String.join("\n", detail.logTail());
    }

    /** The board among whose rows this one stands. */
    public String boardAddress() {
        return published() ? "/?provenance=published" : "/#row-" + row().id();
    }
}
