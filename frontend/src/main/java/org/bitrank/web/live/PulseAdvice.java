package org.bitrank.web.live;

import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

@ControllerAdvice(annotations = Controller.class)
class PulseAdvice {
    private final News news;

    PulseAdvice(News news) {
        this.news = news;
    }

    @ModelAttribute("pulse")
    Pulse pulse() {
        return news.pulse();
    }
}
