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

    /** For the model of that world that sees; perplexity is its language model's alone. */
    static final Suite REFERENCE_VISUAL = suite(
            "reference-visual", "Embedded reference suite: pictures", "micro_mme", "micro_mmbench", "micro_chartqa", "micro_docvqa",
            "micro_scienceqa", "micro_text");

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
        var suites = new ArrayList<>(List.of(REFERENCE, REFERENCE_VISUAL, STANDARD));
        for (TaskGroup group : TaskRegistry.installed().suites()) {
            suites.add(new Suite(group.name(), group.alias(), List.of(new TaskChoice(group.name(), null)), group.children()));
        }
        return List.copyOf(suites);
    }

    /** What a model is measured on where nobody says: models that read text alone are shown no pictures. */
    static Suite of(String model) {
        if (model.equals(Catalog.REFERENCE_VISUAL_MODEL)) {
            return REFERENCE_VISUAL;
        }
        return model.startsWith("reference/") ? REFERENCE : STANDARD;
    }
}
