package org.bitrank.web.submit;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.engine.quantize.QuantizationMethod;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.BitRankException;
import org.bitrank.service.catalog.Catalog;
import org.bitrank.service.run.Queue;
import org.bitrank.service.settings.ServerPaths;
import org.bitrank.service.submission.FieldProblem;
import org.bitrank.service.submission.Measuring;
import org.bitrank.service.submission.Receipt;
import org.bitrank.service.submission.Submissions;
import org.bitrank.web.errors.Failure;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.node.ObjectNode;

@Controller
class SubmitController {
    private final Submissions submissions;
    private final Catalog catalog;
    private final Queue queue;
    private final SizeEstimate sizes;
    private final ServerPaths paths;

    SubmitController(Submissions submissions, Catalog catalog, Queue queue, SizeEstimate sizes, ServerPaths paths) {
        this.submissions = submissions;
        this.catalog = catalog;
        this.queue = queue;
        this.sizes = sizes;
        this.paths = paths;
    }

    /** The address may hold any part of the form, so that a change of method without scripts, or a link, keeps the rest. */
    @GetMapping("/submit")
    String form(@RequestParam MultiValueMap<String, String> values, Model model) {
        show(values, Map.of(), model);
        return "submit";
    }

    @GetMapping("/submit/estimate")
    String estimate(@RequestParam MultiValueMap<String, String> values, Model model) {
        model.addAttribute("estimate", estimate(values));
        return "submit :: estimate";
    }

    @PostMapping("/submit")
    ModelAndView send(@RequestParam MultiValueMap<String, String> values, Model model) {
        Failure trouble = null;
        Map<String, String> errors = Map.of();
        try {
            Receipt receipt = send(values);
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
        return new ModelAndView("submit", model.asMap(), trouble == null ? HttpStatus.BAD_REQUEST : trouble.status());
    }

    private Receipt send(MultiValueMap<String, String> values) {
        Measuring measuring = measuring(values);
        String typed = values.getFirst("repeats");
        if (typed == null || typed.isBlank()) {
            return submissions.submitRepeats(recipe(values), 1, measuring, "form");
        }
        return typed.strip().matches("\\d{1,4}")
                ? submissions.submitRepeats(recipe(values), Integer.parseInt(typed.strip()), measuring, "form")
                : submissions.submitRepeats(recipe(values), 1, measuring.with(new FieldProblem(
                        "repeats", "'" + typed.strip() + "' is not allowed; give 1 to " + Submissions.MOST_REPEATS)), "form");
    }

    private void show(MultiValueMap<String, String> values, Map<String, String> errors, Model model) {
        QuantizationMethod<?> method = method(values);
        model.addAttribute("methods", MethodRegistry.all().stream()
                .collect(Collectors.groupingBy(QuantizationMethod::family, TreeMap::new, Collectors.toList())));
        model.addAttribute("method", method);
        model.addAttribute("formats", Recipe.formats());
        model.addAttribute("writtenErrors", RecipeForm.writtenErrors(errors));
        model.addAttribute("preparing", MethodRegistry.all().stream().filter(QuantizationMethod::prepares).map(QuantizationMethod::name).toList());
        model.addAttribute("models", catalog.models());
        model.addAttribute("suites", catalog.suites());
        model.addAttribute("chosenModel", modelName(values));
        model.addAttribute("form", RecipeForm.of(method, completed(values), errors));
        model.addAttribute("ownTasks", values.getFirst("tasks") != null && !values.getFirst("tasks").isBlank());
        model.addAttribute("otherModel", otherModel(values) != null);
        Asking.show(values.toSingleValueMap(), errors, model);
        model.addAttribute("values", values.toSingleValueMap());
        model.addAttribute("errors", errors);
        model.addAttribute("estimate", estimate(values));
    }

    private Estimate estimate(MultiValueMap<String, String> values) {
        Receipt receipt = submissions.check(recipe(values), measuring(values));
        if (receipt.outcome() == Receipt.Outcome.INVALID) {
            return Estimate.refused(receipt.problemsByField());
        }
        Recipe recipe = Recipe.read(recipe(values)).recipe();
        return Estimate.of(recipe, sizes.of(recipe), queue.view(), receipt);
    }

    private ObjectNode recipe(MultiValueMap<String, String> values) {
        return RecipeForm.recipe(modelName(values), method(values), completed(values));
    }

    private Measuring measuring(MultiValueMap<String, String> values) {
        return Choices.measuring(catalog, modelName(values), values.toSingleValueMap());
    }

    /** What was typed instead of a choice; null where nothing was. */
    private static String otherModel(MultiValueMap<String, String> values) {
        String other = values.getFirst("other-model");
        return other == null || other.isBlank() ? null : other.strip();
    }

    private String modelName(MultiValueMap<String, String> values) {
        String other = otherModel(values);
        if (other != null) {
            return other;
        }
        String model = values.getFirst("model");
        return model == null || model.isBlank() ? Catalog.REFERENCE_MODEL : model;
    }

    /** The embedded models' own corpus, which is what the usual choice of data means for them, has short texts. */
    private MultiValueMap<String, String> completed(MultiValueMap<String, String> values) {
        if (modelName(values).startsWith("reference/")) {
            values.putIfAbsent("calibration.sequence-length", List.of("256"));
        }
        return values;
    }

    private static QuantizationMethod<?> method(MultiValueMap<String, String> values) {
        String name = values.getFirst("method");
        return name == null ? MethodRegistry.all().getFirst() : MethodRegistry.get(name);
    }
}
