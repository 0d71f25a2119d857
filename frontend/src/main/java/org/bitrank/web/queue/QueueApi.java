package org.bitrank.web.queue;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.ArrayList;
import org.bitrank.service.run.Queue;
import org.bitrank.service.run.QueueView;
import org.bitrank.service.run.RunView;
import org.bitrank.web.Listing;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "queue")
class QueueApi {
    private final Queue queue;

    QueueApi(Queue queue) {
        this.queue = queue;
    }

    @GetMapping("/api/v1/queue")
    @Operation(summary = "Runs that are under way or wait", description = "In the order in which they start; page counts from 0.")
    Listing<RunView> queue(@RequestParam(defaultValue = "0") int page, @RequestParam(defaultValue = "50") int size) {
        QueueView view = queue.view();
        var runs = new ArrayList<>(view.running());
        runs.addAll(view.waiting());
        return Listing.page(runs, page, size);
    }
}
