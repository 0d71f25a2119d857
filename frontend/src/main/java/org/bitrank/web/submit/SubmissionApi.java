package org.bitrank.web.submit;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.NamedValue;
import org.bitrank.service.result.Rows;
import org.bitrank.service.run.Queue;
import org.bitrank.service.run.RunRequest;
import org.bitrank.service.run.RunView;
import org.bitrank.service.settings.ServiceSettings;
import org.bitrank.service.submission.Measuring;
import org.bitrank.service.submission.Receipt;
import org.bitrank.service.submission.Submissions;
import org.bitrank.web.errors.InvalidFields;
import org.bitrank.web.errors.MissingPage;
import org.bitrank.web.submit.SubmissionStatus.Measured;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What it takes is described in {@link SubmissionDescription}. */
@RestController
@Tag(name = "submissions")
class SubmissionApi {
    /** What else a submission says, which those who know the form look for in the recipe. */
    static final List<String> IN_THE_ADDRESS = List.of("suite", "tasks", "limit", "chat-template", "picture-tokens", "repeats");

    private final Submissions submissions;
    private final Queue queue;
    private final Rows rows;
    private final Catalog catalog;
    private final ServiceSettings settings;
    private final JsonMapper json;

    SubmissionApi(Submissions submissions, Queue queue, Rows rows, Catalog catalog, ServiceSettings settings, JsonMapper json) {
        this.submissions = submissions;
        this.queue = queue;
        this.rows = rows;
        this.catalog = catalog;
        this.settings = settings;
        this.json = json;
    }

    @PostMapping(path = "/api/v1/submissions", consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(summary = "Send a recipe")
    ResponseEntity<SubmissionStatus> recipe(
            @RequestBody ObjectNode recipe,
            @RequestParam(required = false) String suite,
            @RequestParam(required = false) String tasks,
            @RequestParam(required = false) String limit,
            @RequestParam(name = "chat-template", required = false) String chatTemplate,
            @RequestParam(name = "picture-tokens", required = false) String pictureTokens,
            @RequestParam(defaultValue = "1") int repeats) {
        Measuring measuring = measuring(recipe.path("model").asString(""), suite, tasks, limit, chatTemplate, pictureTokens);
        Receipt receipt = submissions.submitRepeats(recipe, repeats, measuring, "api");
        Map<String, String> problems = receipt.problemsByField();
        for (String name : IN_THE_ADDRESS) {
            if (recipe.has(name)) {
                String value = recipe.get(name).isValueNode() ? recipe.get(name).asString("") : "…";
                problems.replace(name, "is a parameter of the address and no part of the recipe: POST /api/v1/submissions?" + name + "=" + value);
            }
        }
        return accepted(receipt, problems);
    }

    @PostMapping(path = "/api/v1/submissions", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    @Operation(summary = "Send a checkpoint")
    ResponseEntity<SubmissionStatus> checkpoint(
            @RequestParam(defaultValue = "") String base,
            @RequestParam(required = false) MultipartFile upload,
            @RequestParam(required = false) String location,
            @RequestParam(required = false) String title,
            @RequestParam(required = false) String suite,
            @RequestParam(required = false) String tasks,
            @RequestParam(required = false) String limit,
            @RequestParam(name = "chat-template", required = false) String chatTemplate,
            @RequestParam(name = "picture-tokens", required = false) String pictureTokens) {
        Measuring measuring = measuring(base, suite, tasks, limit, chatTemplate, pictureTokens);
        Receipt receipt = Received.offer(submissions, settings, base.strip(), location, upload, title, measuring, "api");
        return accepted(receipt, receipt.problemsByField());
    }

    @GetMapping("/api/v1/submissions/{id}")
    @Operation(summary = "State, progress, failure and log tail of a submission")
    SubmissionStatus status(@PathVariable long id) {
        return submissions.status(id).map(submission -> SubmissionStatus.of(submission, measured(submission.run()), json.readTree(submission.content())))
                .orElseThrow(() -> new MissingPage("There is no submission " + id + "."));
    }

    @PostMapping("/api/v1/submissions/{id}/cancel")
    @Operation(summary = "Cancel a submission that waits or runs")
    @ApiResponse(responseCode = "202", description = "It stops, between two batches where it runs.")
    @ApiResponse(responseCode = "409", description = "It was over before.")
    ResponseEntity<SubmissionStatus> cancel(@PathVariable long id) {
        status(id);
        if (!submissions.cancel(id)) {
            throw new BitRankException(FailureClass.CANCELLED, "submission " + id + " was over before it could be cancelled");
        }
        return ResponseEntity.accepted().body(status(id));
    }

    private Measured measured(RunView run) {
        RunRequest request = queue.request(run.id()).orElseThrow();
        Map<String, String> protocol = run.rowId() == null ? Map.of() : rows.detail(run.rowId()).map(RowDetail::protocol).orElse(List.of()).stream()
                .collect(Collectors.toMap(NamedValue::name, NamedValue::value, (first, next) -> first));
        return new Measured(request.suite(), request.tasks(), request.chatTemplate(), request.pictureTokens(), protocol.get("compute type"), protocol.get("back end"));
    }

    private Measuring measuring(String model, String suite, String tasks, String limit, String chatTemplate, String pictureTokens) {
        var values = new HashMap<String, String>();
        values.put("suite", suite);
        values.put("tasks", tasks);
        values.put("limit", limit);
        values.put("chat-template", chatTemplate);
        values.put("picture-tokens", pictureTokens);
        return Choices.measuring(catalog, model, values);
    }

    private ResponseEntity<SubmissionStatus> accepted(Receipt receipt, Map<String, String> problems) {
        if (!problems.isEmpty()) {
            throw new InvalidFields(problems);
        }
        return ResponseEntity.accepted().location(URI.create("/api/v1/submissions/" + receipt.submissionId())).body(status(receipt.submissionId()));
    }
}
