package org.bitrank.web.data;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.catalog.ModelEntry;
import org.bitrank.service.catalog.Suite;
import org.bitrank.web.Listing;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "catalogue")
class ModelApi {
    private final Catalog catalog;

    ModelApi(Catalog catalog) {
        this.catalog = catalog;
    }

    @GetMapping("/api/v1/models")
    @Operation(summary = "Models that recipes can name by a catalogue id")
    Listing<ModelEntry> models(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size) {
        return Listing.page(catalog.models(), page, size);
    }

    @GetMapping("/api/v1/suites")
    @Operation(summary = "Task suites")
    Listing<Suite> suites(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size) {
        return Listing.page(catalog.suites(), page, size);
    }
}
