package org.bitrank.service.catalog;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.bitrank.engine.tasks.TaskGroup;
import org.bitrank.engine.tasks.TaskRegistry;

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

    private static final class All {
        static final List<Suite> SUITES = read();
    }

    /** Those of the studies are groups of the task files, and are measured as such: a group may ask for examples of its own. */
    static List<Suite> all() {
        return All.SUITES;
    }

    private static List<Suite> read() {
        var suites = new ArrayList<>(List.of(REFERENCE, STANDARD));
        for (TaskGroup group : TaskRegistry.installed().suites()) {
            suites.add(new Suite(group.name(), group.alias(), List.of(new TaskChoice(group.name(), null)), group.children()));
        }
        return List.copyOf(suites);
    }

    static Suite of(String model) {
        return model.startsWith("reference/") ? REFERENCE : STANDARD;
    }
}
