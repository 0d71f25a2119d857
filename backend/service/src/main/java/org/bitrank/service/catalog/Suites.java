package org.bitrank.service.catalog;

import java.util.List;
import java.util.stream.Stream;

/** The suites that come with BitRank. */
final class Suites {
    /** Small worlds of its own: a yardstick for methods, never a public benchmark. */
    static final Suite REFERENCE = suite(
            "reference", "Embedded reference suite", "micro_text", "micro_last_word", "micro_facts", "micro_people",
            "micro_tools", "micro_order", "micro_coreference", "micro_yes_no", "micro_answers");

    static final Suite STANDARD = suite(
            "standard", "WikiText-2 and eight common tasks", "wikitext2_gptq", "piqa", "arc_easy", "arc_challenge",
            "hellaswag", "winogrande", "lambada_openai", "boolq", "openbookqa");

    private Suites() {}

    private static Suite suite(String id, String title, String... tasks) {
        return new Suite(id, title, Stream.of(tasks).map(task -> new TaskChoice(task, null)).toList());
    }

    static List<Suite> all() {
        return List.of(REFERENCE, STANDARD);
    }

    static Suite of(String model) {
        return model.startsWith("reference/") ? REFERENCE : STANDARD;
    }
}
