package org.bitrank.web.submit;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.settings.ServiceSettings;
import org.bitrank.service.submission.CheckpointOffer;
import org.bitrank.service.submission.Measuring;
import org.bitrank.service.submission.Receipt;
import org.bitrank.service.submission.Submissions;
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

    CheckpointController(Submissions submissions, Catalog catalog, ServiceSettings settings) {
        this.submissions = submissions;
        this.catalog = catalog;
        this.settings = settings;
    }

    @GetMapping("/submit/checkpoint")
    String form(@RequestParam Map<String, String> values, Model model) {
        show(values, Map.of(), model);
        return "checkpoint";
    }

    @PostMapping("/submit/checkpoint")
    ModelAndView send(@RequestParam Map<String, String> values, @RequestParam(name = "upload", required = false) MultipartFile upload, Model model) {
        var errors = new LinkedHashMap<String, String>();
        String base = values.getOrDefault("base", "").strip();
        Measuring measuring = Choices.measuring(catalog, base, values, errors);
        String location = values.getOrDefault("location", "").strip();
        boolean uploaded = upload != null && !upload.isEmpty();
        if (uploaded == !location.isEmpty()) {
            errors.put("checkpoint", uploaded ? "is both uploaded and named; give one of the two" : "choose an archive, or name a hub id or a path on this server");
        }
        Receipt receipt = errors.isEmpty() ? offer(base, location, uploaded ? upload : null, values.get("title"), measuring) : null;
        if (receipt != null) {
            receipt.problems().forEach(problem -> errors.put(problem.field(), problem.message()));
        }
        if (errors.isEmpty()) {
            return new ModelAndView("redirect:/submissions/" + receipt.submissionId() + (receipt.outcome() == Receipt.Outcome.QUEUED ? "" : "?known"));
        }
        show(values, errors, model);
        return new ModelAndView("checkpoint", model.asMap(), HttpStatus.BAD_REQUEST);
    }

    private Receipt offer(String base, String location, MultipartFile upload, String title, Measuring measuring) {
        return upload == null
                ? submissions.submitCheckpoint(new CheckpointOffer(base, location, null, null, title), measuring, "form")
                : Received.with(settings, upload, file -> submissions.submitCheckpoint(new CheckpointOffer(base, null, file, upload.getOriginalFilename(), title), measuring, "form"));
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
