package org.bitrank.web.submit;

import java.util.List;
import org.bitrank.service.run.Queue;
import org.bitrank.service.submission.SubmissionView;
import org.bitrank.service.submission.Submissions;
import org.bitrank.web.errors.MissingPage;
import org.bitrank.web.queue.RunLine;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** One submission on its way to a row. */
@Controller
class SubmissionController {
    private final Submissions submissions;
    private final Queue queue;
    private final JsonMapper pretty;

    SubmissionController(Submissions submissions, Queue queue, JsonMapper json) {
        this.submissions = submissions;
        this.queue = queue;
        this.pretty = json.rebuild().enable(SerializationFeature.INDENT_OUTPUT).build();
    }

    @GetMapping("/submissions/{id}")
    String submission(@PathVariable long id, @RequestParam(required = false) String known, Model model) {
        SubmissionView submission = submissions.status(id).orElseThrow(() -> new MissingPage("There is no submission " + id + "."));
        model.addAttribute("submission", submission);
        model.addAttribute("line", RunLine.of(submission.run()));
        model.addAttribute("sent", pretty.writeValueAsString(pretty.readTree(submission.content())));
        model.addAttribute("measuring", queue.request(submission.run().id()).map(Asking::facts).orElse(List.of()));
        model.addAttribute("log", String.join("\n", submission.run().logTail()));
        model.addAttribute("known", known != null);
        model.addAttribute("refreshSeconds", submission.run().state().over() ? null : 4);
        return "submission";
    }
}
