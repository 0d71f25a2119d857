package org.bitrank.engine.tasks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.bitrank.engine.image.ImageDecoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The embedded suite's tasks about pictures: what they ask, and what right and blind answers are worth. */
class EmbeddedVisualTasksTest {
    private static PreparedTask prepared(String name) {
        return TaskRegistry.installed().load(name).prepare(DataSource.of(null), null, null);
    }

    private static Request.Generate asked(PreparedTask task, int item) {
        return (Request.Generate) task.items().get(item).requests().getFirst();
    }

    private static Map<String, Double> values(PreparedTask task, Function<Map<String, Object>, String> answer) {
        var scores = new ArrayList<ItemScores>();
        task.items().forEach(item -> scores.addAll(task.score(item, List.of(new Response.Generated(answer.apply(item.document()))))));
        var values = new HashMap<String, Double>();
        task.task().aggregate(task.settled(scores)).forEach(value -> values.put(value.metric(), value.value()));
        return values;
    }

    /** The answer of the data with the blank in front that the model writes. */
    private static String right(Map<String, Object> document) {
        if (document.get("answers") instanceof List<?> answers) {
            return " " + answers.getFirst();
        }
        return " " + (document.get("answer") instanceof Long choice ? "ABCD".charAt(choice.intValue()) : document.get("answer"));
    }

    @Test
    void areAllUnderOneName() {
        assertThat(TaskRegistry.installed().select(List.of("micro_visual")).tasks()).extracting(Task::name)
                .containsExactly("micro_chartqa", "micro_docvqa", "micro_mmbench", "micro_mme", "micro_scienceqa");
    }

    @Test
    void showThePictureBeforeTheQuestion() {
        assertThat(asked(prepared("micro_mme"), 0).context()).isEqualTo("<image>\nQuestion: Is there a green square in the picture?\nAnswer:");
        assertThat(asked(prepared("micro_mmbench"), 1).context())
                .isEqualTo("<image>\nQuestion: What colour is the shape at the left?\nA. blue\nB. black\nC. pink\nD. orange\nAnswer:");
        assertThat(asked(prepared("micro_chartqa"), 0).context()).isEqualTo("<image>\nQuestion: What is the value of map?\nAnswer:");
        assertThat(asked(prepared("micro_docvqa"), 0).context()).isEqualTo("<image>\nQuestion: What is the number on the page?\nAnswer:");
        assertThat(asked(prepared("micro_scienceqa"), 0).context()).isEqualTo("""
                <image>
                Context: Opposite poles attract, equal poles repel.
                Question: What will the magnets do to each other?
                A. repel
                B. attract
                Answer:""");
    }

    @ParameterizedTest
    @CsvSource({
        "micro_mme,192,96,acc", "micro_mmbench,400,100,circular_acc", "micro_chartqa,200,100,relaxed_overall", "micro_docvqa,200,100,anls",
        "micro_scienceqa,160,160,exact_match"
    })
    void shareTheirPicturesAndLeadWithAShare(String name, int items, int pictures, String headline) {
        PreparedTask task = prepared(name);
        var images = new ArrayList<String>();
        for (int i = 0; i < task.items().size(); i++) {
            assertThat(asked(task, i).images()).hasSize(1);
            images.add(asked(task, i).images().getFirst().sha256());
        }
        assertThat(images).hasSize(items);
        assertThat(images.stream().distinct()).hasSize(pictures);
        assertThat(ImageDecoder.decode(asked(task, 0).images().getFirst()).width()).isEqualTo(112);
        assertThat(task.task().metrics().getFirst()).isEqualTo(headline);
        assertThat(values(task, EmbeddedVisualTasksTest::right)).containsEntry(headline, 1.0);
    }

    @Test
    void giveBlindAnswersWhatChanceGives() {
        assertThat(values(prepared("micro_mme"), _ -> "yes")).containsAllEntriesOf(Map.of("acc", 0.5, "acc_plus", 0.0, "unresolved", 0.0));
        assertThat(values(prepared("micro_mmbench"), _ -> "A")).containsEntry("circular_acc", 0.0);
        assertThat(values(prepared("micro_mmbench"), _ -> "?")).containsEntry("unresolved", 1.0);
        assertThat(values(prepared("micro_chartqa"), _ -> "1").get("relaxed_overall")).isCloseTo(0.045, within(1e-12));
        assertThat(values(prepared("micro_docvqa"), _ -> "Glenmouth").get("exact_match")).isCloseTo(0.025, within(1e-12));
        assertThat(values(prepared("micro_scienceqa"), _ -> "B").get("exact_match")).isCloseTo(55 / 160.0, within(1e-12));
    }
}
