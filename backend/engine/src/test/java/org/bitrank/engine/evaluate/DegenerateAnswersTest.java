package org.bitrank.engine.evaluate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.bitrank.engine.tasks.Item;
import org.bitrank.engine.tasks.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DegenerateAnswersTest {
    private static List<ItemReport> items(List<String> truths, List<String> answers) {
        var items = new ArrayList<ItemReport>();
        for (int i = 0; i < answers.size(); i++) {
            items.add(new ItemReport(new Item(i, Map.of(), List.of(), truths.get(i)), List.of(new Response.Generated(answers.get(i))), List.of(), List.of()));
        }
        return items;
    }

    private static List<String> times(int count, String... texts) {
        return IntStream.range(0, count).mapToObj(i -> texts[i % texts.length]).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "!!!!!!!!", "the the the the the the the the the", "Yes, asttasttasttasttasttasttasttasttastt", "Result: 1.000000000000000000000000",
        "ab ab ab ab ab ab ab ab a"
    })
    void onePieceOverAndOverIsNoAnswer(String text) {
        assertThat(RepeatingText.of(text)).isTrue();
        assertThat(DegenerateAnswers.of(items(List.of("x"), List.of(text))).repeating()).isOne();
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "Yes", "", "1000000", "no no no", "A long answer with an end like this: -------- ", "Mississippi", "2222222", "The total is 10000000000"
    })
    void whatOnlyLooksLikeItIsOne(String text) {
        assertThat(RepeatingText.of(text.strip())).isFalse();
    }

    @Test
    void emptyAnswersAreCounted() {
        assertThat(DegenerateAnswers.of(items(List.of("a", "b", "c"), List.of("", " \n", "c")))).isEqualTo(new DegenerateAnswers(3, 2, 0, 0, null));
    }

    @Test
    void theSameAnswerToEverythingIsNoneWhereTheTruthDiffers() {
        List<String> yes = times(40, "Yes", "yes.");
        DegenerateAnswers found = DegenerateAnswers.of(items(times(40, "Yes", "No"), yes));
        assertThat(found).isEqualTo(new DegenerateAnswers(40, 0, 0, 40, "Yes"));
        assertThat(found.fault(" YES")).isEqualTo(AnswerFault.SAME);
        assertThat(found.fault("no")).isNull();
    }

    @Test
    void theSameAnswerMayBeRight() {
        assertThat(DegenerateAnswers.of(items(times(40, "Yes"), times(40, "Yes"))).total()).isZero();
        assertThat(DegenerateAnswers.of(items(times(19, "Yes", "No"), times(19, "Yes"))).total()).isZero();
        assertThat(DegenerateAnswers.of(items(times(40, "Yes", "No"), times(40, "Yes", "Yes", "Yes", "No"))).total()).isZero();
    }

    @Test
    void aTaskThatGeneratesNothingHasNone() {
        var scored = new ItemReport(new Item(0, Map.of(), List.of(), "x"), List.of(new Response.Scored(-1, true)), List.of(), List.of());
        assertThat(DegenerateAnswers.of(List.of(scored))).isNull();
    }
}
