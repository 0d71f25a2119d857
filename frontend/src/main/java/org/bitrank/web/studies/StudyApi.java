package org.bitrank.web.studies;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.bitrank.service.catalog.PublishedTables;
import org.bitrank.service.catalog.PublishedTables.Study;
import org.bitrank.web.Listing;
import org.bitrank.web.errors.MissingPage;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "studies")
class StudyApi {
    /** A study without its tables, for the list. */
    record StudyItem(String id, String title, String citation, String url, String setup, int tables, int caveats, String address) {
        static StudyItem of(Study study) {
            return new StudyItem(study.id(), study.title(), study.citation(), study.url(), study.setup(), study.tables().size(), study.caveats().size(), "/api/v1/studies/" + study.id());
        }
    }

    private final PublishedTables tables;

    StudyApi(PublishedTables tables) {
        this.tables = tables;
    }

    @GetMapping("/api/v1/studies")
    @Operation(summary = "Studies whose published tables are loaded")
    Listing<StudyItem> studies(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size) {
        return Listing.page(tables.studies().stream().map(StudyItem::of).toList(), page, size);
    }

    @GetMapping("/api/v1/studies/{name}")
    @Operation(summary = "One study with its tables as printed and its caveats")
    Study study(@PathVariable String name) {
        return tables.study(name).orElseThrow(() -> new MissingPage("There is no study '" + name + "'."));
    }
}
