package org.bitrank.web.data;

import org.bitrank.service.catalog.Catalog;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

@Controller
class DataController {
    private final Catalog catalog;

    DataController(Catalog catalog) {
        this.catalog = catalog;
    }

    @GetMapping("/data")
    String data(Model model) {
        model.addAttribute("models", catalog.models());
        model.addAttribute("suites", catalog.suites());
        model.addAttribute("hardware", catalog.hardware());
        return "data";
    }
}
