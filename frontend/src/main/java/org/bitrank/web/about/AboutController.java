package org.bitrank.web.about;

import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;

@Controller
class AboutController {
    @GetMapping("/about")
    String about(Model model) {
        model.addAttribute("address", ServletUriComponentsBuilder.fromCurrentContextPath().toUriString());
        return "about";
    }
}
