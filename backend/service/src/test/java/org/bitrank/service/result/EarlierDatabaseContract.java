package org.bitrank.service.result;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.bitrank.engine.evaluate.PictureUse;
import org.bitrank.engine.evaluate.TaskStatistics;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.service.ServiceApplication;
import org.bitrank.service.ServiceTest;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** A database as version 3 of the tables left it, opened by this version. */
abstract class EarlierDatabaseContract extends ServiceTest {
    private static final String RECIPE =
            Recipe.parse("{model: m, method: gptq, weights: {group-size: 64}, options: {act-order: true}, modules: [{match: down_proj, weights: {bits: 8}}]}").canonicalJson();

    @Test
    void rowsGetTheNamesThatTheirRecipesGiveThem() {
        long named = record("gptq", false, RECIPE);
        long base = record("none", true, null);
        // A checkpoint that somebody submitted has no recipe, and one of another version may be none any more.
        long submitted = record("gguf", false, null);
        long unreadable = record("rtn", false, "{\"method\":\"rtn\",\"weights\":{\"gone\":4}}");
        List<ResultRow> before = bean(Rows.class).rows(List.of(named, base, submitted, unreadable));

        var sql = bean(JdbcTemplate.class);
        sql.execute("alter table result_row drop column naming");
        sql.execute("alter table result_row drop column pictures");
        sql.execute("delete from \"flyway_schema_history\" where \"version\" in ('4', '5', '6')");
        service.close();
        service = ServiceApplication.start(settings(), extras());

        assertThat(bean(Rows.class).rows(List.of(named, base, submitted, unreadable))).isEqualTo(before);
        assertThat(before).extracting(ResultRow::naming).containsExactly(Recipe.parse(RECIPE).naming(), null, null, null);
        assertThat(bean(Rows.class).row(record("gptq", false, RECIPE)).orElseThrow().naming()).isEqualTo(before.getFirst().naming());
    }

    /** Rows of then do not say whether they were shown pictures; what is known of their tasks does. */
    @Test
    void rowsThatWereShownPicturesAreKnownByTheirTasks() {
        long shown = record("rtn", false, RECIPE, new PictureUse(150, 14_700));
        long text = record("rtn", false, RECIPE, null);

        var sql = bean(JdbcTemplate.class);
        sql.execute("alter table result_row drop column pictures");
        sql.execute("delete from \"flyway_schema_history\" where \"version\" = '6'");
        service.close();
        service = ServiceApplication.start(settings(), extras());

        assertThat(bean(Rows.class).rows(List.of(shown, text))).extracting(ResultRow::pictures).containsExactly(true, false);
    }

    private long record(String method, boolean unquantized, String recipe) {
        return record(method, unquantized, recipe, null);
    }

    private long record(String method, boolean unquantized, String recipe, PictureUse pictures) {
        var evidence = new TaskEvidence("task", new TaskStatistics(null, List.of(), null, null, pictures, null, null), List.of(), null);
        var row = new ResultRow(
                0, Provenance.MEASURED, Instant.parse("2026-01-01T00:00:00Z"), "example/model", method, method + " of then", 4.0, null, 64, true,
                unquantized, "suite", "compressed-tensors", "key", "line", null, 0.1, 0.9, 4.2, 1000L, 1.0, 1.0, 1L, 1.0, "cpu", "processor", null,
                null, null, List.of());
        return bean(ResultRecorder.class).record(NewRow.measured(
                new RowDetail(
                        row, 1L, recipe, List.of(), List.of(), List.of(), List.of(), List.of(), 10, List.of(), "bitrank eval", List.of(),
                        List.of(), List.of(), List.of(evidence), List.of(), List.of()),
                "hash " + method));
    }
}
