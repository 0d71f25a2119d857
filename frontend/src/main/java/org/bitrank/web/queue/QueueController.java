package org.bitrank.web.queue;

import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.run.Queue;
import org.bitrank.service.run.RunView;
import org.bitrank.web.errors.MissingPage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

@Controller
class QueueController {
    private final Queue queue;

    QueueController(Queue queue) {
        this.queue = queue;
    }

    @GetMapping("/queue")
    String queue(Model model) {
        QueuePage page = QueuePage.of(queue.view());
        model.addAttribute("queue", page);
        model.addAttribute("refreshSeconds", page.busy() ? 5 : 60);
        return "queue";
    }

    @PostMapping("/queue/{run}/cancel")
    String cancel(@PathVariable long run) {
        RunView found = queue.run(run).orElseThrow(() -> new MissingPage("There is no run " + run + "."));
        if (!queue.cancel(run)) {
            throw new BitRankException(FailureClass.CANCELLED, "“" + found.title() + "” was over before it could be cancelled.");
        }
        return "redirect:/submissions/" + found.submissionId();
    }
}
