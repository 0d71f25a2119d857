package org.bitrank.service.submission;

import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.settings.ServiceSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Queues the embedded models, unquantized and under the usual recipes, at the first start, so that the board fills. */
@Component
@Order(2)
class ReferenceSuite implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(ReferenceSuite.class);
    private static final String ORIGIN = "reference suite";

    private final SubmissionRepository submissions;
    private final SubmissionDesk desk;
    private final Inspection inspection;
    private final ServiceSettings settings;
    private final JsonMapper json;

    ReferenceSuite(
            SubmissionRepository submissions,
            SubmissionDesk desk,
            Inspection inspection,
            ServiceSettings settings,
            JsonMapper json) {
        this.submissions = submissions;
        this.desk = desk;
        this.inspection = inspection;
        this.settings = settings;
        this.json = json;
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (!settings.referenceSuite() || submissions.count() > 0) {
            return;
        }
        queue(inspection.base(Catalog.REFERENCE_MODEL, Measuring.USUAL));
        methods(4, 64);
        queue(inspection.base(Catalog.REFERENCE_VISUAL_MODEL, Measuring.USUAL));
        recipe(Catalog.REFERENCE_VISUAL_MODEL, "rtn", 4, 64);
        for (int bits : new int[] {8, 3, 2}) {
            methods(bits, 64);
        }
        for (int bits : new int[] {4, 3, 2}) {
            methods(bits, 0);
        }
    }

    /** @param group 0 means per channel */
    private void methods(int bits, int group) {
        recipe(Catalog.REFERENCE_MODEL, "rtn", bits, group);
        if (bits < 8) {
            recipe(Catalog.REFERENCE_MODEL, "gptq", bits, group);
        }
    }

    private void recipe(String model, String method, int bits, int group) {
        ObjectNode recipe = json.createObjectNode().put("model", model).put("method", method);
        ObjectNode weights = recipe.putObject("weights").put("bits", bits);
        if (group == 0) {
            weights.put("group-size", "channel");
        } else {
            weights.put("group-size", group);
        }
        recipe.putObject("calibration").put("dataset", "reference").put("samples", 128).put("sequence-length", 256);
        queue(inspection.recipe(recipe, Measuring.USUAL, true));
    }

    private void queue(org.bitrank.service.submission.Order order) {
        Receipt receipt = desk.accept(order, ORIGIN, 0);
        if (receipt.outcome() == Receipt.Outcome.INVALID) {
            log.warn("a run of the reference suite cannot be queued: {}", receipt.problems());
        }
    }
}
