package org.bitrank.web.rows;

import java.util.List;
import java.util.Optional;
import org.bitrank.service.artifact.Artifact;
import org.bitrank.service.artifact.Artifacts;
import org.bitrank.service.catalog.PublishedTables;
import org.bitrank.service.item.ItemCounts;
import org.bitrank.service.item.Items;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.Rows;
import org.bitrank.web.board.RowName;
import org.bitrank.web.errors.MissingPage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

@Controller
class RowController {
    private final Rows rows;
    private final Items items;
    private final Artifacts artifacts;
    private final PublishedTables tables;
    private final JsonMapper pretty;

    RowController(Rows rows, Items items, Artifacts artifacts, PublishedTables tables, JsonMapper json) {
        this.rows = rows;
        this.items = items;
        this.artifacts = artifacts;
        this.tables = tables;
        this.pretty = json.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();
    }

    @GetMapping("/rows/{id}")
    String row(@PathVariable long id, Model model) {
        RowDetail detail = rows.detail(id).orElseThrow(() -> new MissingPage("There is no row " + id + "."));
        ResultRow row = detail.row();
        Artifact artifact = row.artifactSha256() == null ? null : artifacts.find(row.artifactSha256()).orElse(null);
        ResultRow base = row.baseRowId() == null ? null : rows.row(row.baseRowId()).orElse(null);
        List<ItemCounts> counts = items.counts(id);
        String recipe = detail.recipe() == null ? null : pretty.writeValueAsString(pretty.readTree(detail.recipe()));
        model.addAttribute("page", new RowPage(detail, RowName.of(row), Verdict.of(row), TaskLine.of(row, counts), counts, artifact, base, recipe,
                detail.caveats().stream().map(tables::caveat).flatMap(Optional::stream).toList()));
        model.addAttribute("repeats", rows.repeats(id).map(repeats -> RepeatTable.of(repeats, id)).orElse(null));
        return "row";
    }
}
