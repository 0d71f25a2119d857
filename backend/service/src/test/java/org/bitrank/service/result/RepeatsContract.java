package org.bitrank.service.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.List;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.RecipeLabel;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.Leaderboard;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

abstract class RepeatsContract extends ServiceTest {
    private long first;
    private long second;
    private long third;
    private long other;

    @BeforeAll
    void fill() {
        first = row("gptq", recipe(0, 64), 0.10);
        second = row("gptq", recipe(1, 64), 0.14);
        other = row("gptq", recipe(0, 128), 0.30);
        third = row("gptq", recipe(2, 64), 0.12);
        row("rtn", "{\"method\":\"rtn\",\"weights\":{\"bits\":4}}", 0.5);
        row("rtn", "{\"method\":\"rtn\",\"weights\":{\"bits\":4}}", 0.5);
    }

    private static String recipe(int seed, int group) {
        return "{\"method\":\"gptq\",\"weights\":{\"group-size\":%d},\"calibration\":{\"dataset\":\"wikitext2\",\"seed\":%d}}".formatted(group, seed);
    }

    @Test
    void whatARowIsCalledIsReadFromItsRecipeWhateverItsLabelSays() {
        String whole = Recipe.parse("{model: m, method: awq, weights: {group-size: 64}, scope: {towers: [language, projector, vision]}}").canonicalJson();
        RecipeLabel naming = bean(Rows.class).row(row("awq", whole, 0.2)).orElseThrow().naming();
        assertThat(naming.steps()).isEmpty();
        assertThat(naming.towers()).containsExactly("language", "projector", "vision");
        // A recipe of another version leaves the label as it was written.
        ResultRow old = bean(Rows.class).row(row("rtn", "{\"method\":\"rtn\",\"weights\":{\"gone\":4}}", 0.5)).orElseThrow();
        assertThat(old.naming()).isNull();
        assertThat(old.label()).isEqualTo("rtn 4-bit");
    }

    private long row(String method, String recipe, double loss) {
        var perplexity = new Score(
                "text", "perplexity", "none", 6 * Math.exp(loss), null, 0.05, false, true, 6.0, loss, loss - 0.0196, loss + 0.0196, null, List.of());
        var row = new ResultRow(
                0, Provenance.MEASURED, Instant.parse("2026-01-01T00:00:00Z"), "example/model", method, method + " 4-bit", 4.0, null, 64, true,
                false, "suite", "compressed-tensors", "key", "line", null, loss, 0.9, 4.2, 1000L, 1.0, 1.0, 1L, 1.0, "cpu", "processor", null,
                null, null, List.of(perplexity));
        return bean(ResultRecorder.class).record(NewRow.measured(
                new RowDetail(
                        row, 1L, recipe, List.of(), List.of(), List.of(), List.of(), List.of(), 10, List.of(), "bitrank eval", List.of(),
                        List.of(), List.of()),
                "hash " + Integer.toHexString(recipe.hashCode())));
    }

    @Test
    void rowsThatDifferInTheirSeedAreRepeats() {
        Repeats repeats = bean(Rows.class).repeats(second).orElseThrow();
        assertThat(repeats.rows()).containsExactly(new Repeats.Repeat(first, 0), new Repeats.Repeat(second, 1), new Repeats.Repeat(third, 2));
        Repeats.Spread spread = repeats.spreads().getFirst();
        assertThat(spread.values()).hasSize(3);
        assertThat(spread.mean()).isCloseTo(6 * (Math.exp(0.10) + Math.exp(0.14) + Math.exp(0.12)) / 3, within(1e-12));
        assertThat(spread.low()).isLessThan(spread.mean() - spread.deviation());
        assertThat(bean(Rows.class).repeats(other)).isEmpty();
        assertThat(bean(Rows.class).repeatKeys()).containsKeys(first, second, other, third);
    }

    @Test
    void theBoardShowsRepeatsAsOneRowWithTheirMeanAndSpread() {
        List<BoardRow> rows = bean(Leaderboard.class).view(BoardQuery.measured(0, 50)).rows();
        assertThat(rows).extracting(BoardRow::id).contains(first, other).doesNotContain(second, third);
        BoardRow joined = rows.stream().filter(row -> row.id() == first).findFirst().orElseThrow();
        assertThat(joined.difference().loss()).isCloseTo(0.12, within(1e-12));
        assertThat(joined.result().label()).isEqualTo("gptq 4-bit · 3\u00a0seeds\u00a0±0.020\u00a0nats/token");
        // The items' error of 0.01 stays; the seeds' deviation of 0.02 counts a third of its square.
        double error = Math.sqrt(0.01 * 0.01 + 0.02 * 0.02 / 3);
        assertThat(joined.difference().high()).isCloseTo(0.12 + 1.96 * error, within(1e-9));
    }

    @Test
    void aRowThatComesLaterJoinsTheOthers() {
        long early = row("gptq", recipe(0, 32), 0.20);
        assertThat(bean(Leaderboard.class).view(BoardQuery.measured(0, 50)).rows()).extracting(BoardRow::id).contains(early);
        long late = row("gptq", recipe(3, 32), 0.34);
        List<BoardRow> rows = bean(Leaderboard.class).view(BoardQuery.measured(0, 50)).rows();
        assertThat(rows).filteredOn(row -> row.id() == early).singleElement()
                .satisfies(row -> assertThat(row.difference().loss()).isCloseTo(0.27, within(1e-12)));
        assertThat(rows).extracting(BoardRow::id).doesNotContain(late);
        assertThat(bean(Rows.class).row(late).orElseThrow().difference().loss()).isEqualTo(0.34);
    }
}
