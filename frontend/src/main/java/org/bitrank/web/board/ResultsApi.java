package org.bitrank.web.board;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.web.Listing;
import org.bitrank.web.errors.InvalidFields;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "results")
class ResultsApi {
    private final Leaderboard leaderboard;
    private final KnownNames names;

    ResultsApi(Leaderboard leaderboard, KnownNames names) {
        this.leaderboard = leaderboard;
        this.names = names;
    }

    @GetMapping("/api/v1/results")
    @Operation(
            summary = "Rows of the board",
            description = "Filters may be repeated; several values of one show the rows of any. As on the board the bases that rows are compared with come first.")
    Listing<ResultItem> results(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        BoardAddress address = address(parameters);
        return Listing.page(items(address), address.query().page(), address.query().size());
    }

    /** A program would take what a mistyped name shows for what it asked for, so that nothing is passed over here. */
    private BoardAddress address(MultiValueMap<String, String> parameters) {
        var errors = new TreeMap<String, String>();
        for (String name : parameters.keySet()) {
            if (!BoardAddress.NAMES.contains(name)) {
                errors.put(name, NearNames.unknown(name, BoardAddress.NAMES));
            }
        }
        BoardAddress address = BoardAddress.of(parameters, errors);
        names.unknown(address).forEach((name, unknown) -> errors.putIfAbsent(name, unknown.listed()));
        if (!errors.isEmpty()) {
            throw new InvalidFields(errors);
        }
        return address;
    }

    private List<ResultItem> items(BoardAddress address) {
        BoardView view = leaderboard.view(address.everything());
        return Stream.concat(view.bases().stream(), view.rows().stream()).map(ResultItem::of).toList();
    }

    @GetMapping("/api/v1/results.json")
    @Operation(summary = "The whole view as a file", description = "The same filters and order as /api/v1/results, all pages, the bases first.")
    ResponseEntity<Listing<ResultItem>> file(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        return download("bitrank-results.json", MediaType.APPLICATION_JSON).body(Listing.whole(items(address(parameters))));
    }

    @GetMapping(path = "/api/v1/results.csv", produces = "text/csv")
    @Operation(summary = "The whole view as CSV", description = "The same filters and order as /api/v1/results, all pages, the bases first.")
    ResponseEntity<String> csv(@Parameter(hidden = true) @RequestParam MultiValueMap<String, String> parameters) {
        BoardView view = leaderboard.view(address(parameters).everything());
        return download("bitrank-results.csv", MediaType.parseMediaType("text/csv;charset=UTF-8")).body(ResultsCsv.of(view));
    }

    private ResponseEntity.BodyBuilder download(String name, MediaType type) {
        return ResponseEntity.ok()
                .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
                .eTag("\"" + leaderboard.version() + "\"")
                .contentType(type);
    }
}
