package org.bitrank.web.rows;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.nio.file.Path;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.Rows;
import org.bitrank.web.errors.MissingPage;
import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "results")
class RowApi {
    private final Rows rows;

    RowApi(Rows rows) {
        this.rows = rows;
    }

    @GetMapping("/api/v1/results/{id}")
    @Operation(summary = "Everything known of one row")
    RowDetail row(@PathVariable long id) {
        return rows.detail(id).orElseThrow(() -> new MissingPage("There is no row " + id + "."));
    }

    @GetMapping("/api/v1/results/{id}/records/{task}")
    @Operation(summary = "Per-item records of one task of a row", description = "One JSON object a line, with the fields of lm-evaluation-harness.")
    @ApiResponse(responseCode = "200", description = "The records.", content = @Content(mediaType = "application/jsonl", schema = @Schema(type = "string")))
    ResponseEntity<Resource> records(@PathVariable long id, @PathVariable String task) {
        Path file = rows.records(id, task).orElseThrow(() -> new MissingPage("Row " + id + " has no records of a task '" + task + "'."));
        return ResponseEntity.ok()
                .contentType(MediaType.parseMediaType("application/jsonl"))
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"row-" + id + "-" + file.getFileName() + "\"")
                .body(new FileSystemResource(file));
    }
}
