package org.bitrank.web.items;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.bitrank.service.item.ItemCounts;
import org.bitrank.service.item.ItemPage;
import org.bitrank.service.item.Items;
import org.bitrank.service.result.Rows;
import org.bitrank.web.Listing;
import org.bitrank.web.errors.MissingPage;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "results")
class ItemApi {
    private final Items items;
    private final Rows rows;

    ItemApi(Items items, Rows rows) {
        this.items = items;
        this.rows = rows;
    }

    @GetMapping("/api/v1/results/{id}/items")
    @Operation(summary = "How many items of each task are right, wrong and flipped against the base")
    Listing<ItemCounts> counts(@PathVariable long id) {
        rows.row(id).orElseThrow(() -> new MissingPage("There is no row " + id + "."));
        List<ItemCounts> counts = items.counts(id);
        return Listing.whole(counts);
    }

    @GetMapping("/api/v1/results/{id}/items/{task}")
    @Operation(
            summary = "Items of one task: prompt, choices, and the log-likelihoods of the row and of its base side by side",
            description = "show is all, flipped, lost (right with the base, wrong with the row), gained, wrong, right or degenerate (an answer of the row that says nothing, whatever was asked); against is a row to compare with instead of the base; q are words that the item contains; page counts from 0.")
    ItemPage items(
            @PathVariable long id,
            @PathVariable String task,
            @RequestParam(required = false) Long against,
            @RequestParam(defaultValue = "") String show,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "0") int page,
            @Parameter(schema = @Schema(type = "integer", format = "int32", defaultValue = "" + ItemAddress.PAGE_SIZE, maximum = "" + ItemAddress.LARGEST_PAGE))
                    @RequestParam(defaultValue = "" + ItemAddress.PAGE_SIZE) int size) {
        return items.page(id, ItemAddress.of(id, task, against, show, q, page, size).query())
                .orElseThrow(() -> new MissingPage("Row " + id + " has no records of a task '" + task + "'."));
    }
}
