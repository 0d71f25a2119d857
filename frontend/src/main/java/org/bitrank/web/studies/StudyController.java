package org.bitrank.web.studies;

import org.bitrank.service.catalog.PublishedTables;
import org.bitrank.web.errors.MissingPage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

@Controller
class StudyController {
    private final PublishedTables tables;

    StudyController(PublishedTables tables) {
        this.tables = tables;
    }

    @GetMapping("/studies")
    String studies(Model model) {
        model.addAttribute("studies", tables.studies());
        return "studies";
    }

    @GetMapping("/studies/{name}")
    String study(@PathVariable String name, Model model) {
        model.addAttribute("page", StudyPage.of(tables.study(name).orElseThrow(() -> new MissingPage("There is no study '" + name + "'."))));
        return "study";
    }
}
