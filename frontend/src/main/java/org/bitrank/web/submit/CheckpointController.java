package org.bitrank.web.submit;

import java.util.Map;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.settings.ServerPaths;
import org.bitrank.service.settings.ServiceSettings;
import org.bitrank.service.submission.Measuring;
import org.bitrank.service.submission.Receipt;
import org.bitrank.service.submission.Submissions;
import org.bitrank.web.errors.Failure;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.servlet.ModelAndView;

/** The other way in: weights that somebody quantized already. */
@Controller
class CheckpointController {
    private final Submissions submissions;
    private final Catalog catalog;
    private final ServiceSettings settings;
    private final ServerPaths paths;

    CheckpointController(Submissions submissions, Catalog catalog, ServiceSettings settings, ServerPaths paths) {
        this.submissions = submissions;
        this.catalog = catalog;
        this.settings = settings;
        this.paths = paths;
    }

    @GetMapping("/submit/checkpoint")
    String form(@RequestParam Map<String, String> values, Model model) {
        show(values, Map.of(), model);
        return "checkpoint";
    }

    @PostMapping("/submit/checkpoint")
    ModelAndView send(@RequestParam Map<String, String> values, @RequestParam(name = "upload", required = false) MultipartFile upload, Model model) {
        String base = values.getOrDefault("base", "").strip();
        String location = values.getOrDefault("location", "").strip();
        Measuring measuring = Choices.measuring(catalog, base, values);
        Failure trouble = null;
        Map<String, String> errors = Map.of();
        try {
            Receipt receipt = Received.offer(submissions, settings, base, location, upload, values.get("title"), measuring, "form");
            errors = receipt.problemsByField();
            if (errors.isEmpty()) {
                return new ModelAndView("redirect:/submissions/" + receipt.submissionId() + (receipt.outcome() == Receipt.Outcome.QUEUED ? "" : "?known"));
            }
        } catch (BitRankException e) {
            // Nobody types a form again because a hub or a disk failed.
            trouble = Failure.of(e).told(paths::hidden);
        }
        show(values, errors, model);
        model.addAttribute("trouble", trouble);
        return new ModelAndView("checkpoint", model.asMap(), trouble == null ? HttpStatus.BAD_REQUEST : trouble.status());
    }

    private void show(Map<String, String> values, Map<String, String> errors, Model model) {
        model.addAttribute("models", catalog.models());
        model.addAttribute("suites", catalog.suites());
        model.addAttribute("ownTasks", !values.getOrDefault("tasks", "").isBlank());
        model.addAttribute("named", !values.getOrDefault("location", "").isBlank());
        Asking.show(values, errors, model);
        model.addAttribute("values", values);
        model.addAttribute("errors", errors);
    }
}
