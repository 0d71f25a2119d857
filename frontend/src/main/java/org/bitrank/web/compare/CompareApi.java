package org.bitrank.web.compare;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.bitrank.service.comparison.Comparisons;
import org.bitrank.service.comparison.RowsComparison;
import org.bitrank.web.errors.InvalidFields;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "results")
class CompareApi {
    private final Comparisons comparisons;

    CompareApi(Comparisons comparisons) {
        this.comparisons = comparisons;
    }

    @GetMapping("/api/v1/comparisons")
    @Operation(
            summary = "Two to four measured rows against each other, item by item",
            description = "row names a row and is repeated. Every pair comes with the paired difference of each metric, its 95 % interval (Student's t and paired bootstrap), "
                    + "McNemar's exact test, p-values corrected by Holm over all headline tests, the smallest difference that would have been found, and the reasons why a task cannot be compared.")
    RowsComparison compare(@Parameter(required = true) @RequestParam(name = "row", defaultValue = "") List<Long> rows) {
        if (rows.size() < 2 || rows.size() > Comparisons.MOST_ROWS || new HashSet<>(rows).size() < rows.size()) {
            throw new InvalidFields(Map.of("row", "name two to " + Comparisons.MOST_ROWS + " different rows, not " + rows));
        }
        return comparisons.compare(rows);
    }
}
