package org.bitrank.service.item;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.evaluate.AnswerFault;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.item.ItemView.Choice;
import org.bitrank.service.result.NewRow;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRecorder;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.RowDetail;
import org.bitrank.service.result.RowDetail.RecordsFile;
import org.bitrank.service.result.Score;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ItemsTest extends ServiceTest {
    private Items items;
    private long base;
    private long row;

    @Override
    protected String databaseUrl() {
        return null;
    }

    @BeforeAll
    void measured() throws IOException {
        items = bean(Items.class);
        base = record(1, true, """
                {"doc_id":0,"target":"1","arguments":{"gen_args_0":{"arg_0":"Q: water?","arg_1":" dry"},"gen_args_1":{"arg_0":"Q: water?","arg_1":" wet"}},"resps":[[["-5.0","False"]],[["-2.0","True"]]],"filtered_resps":[["-5.0","False"],["-2.0","True"]],"filter":"none","metrics":["acc"],"acc":1.0}
                {"doc_id":1,"target":"0","arguments":{"gen_args_0":{"arg_0":"Q: fire?","arg_1":" hot"},"gen_args_1":{"arg_0":"Q: fire?","arg_1":" cold"}},"resps":[[["-3.0","False"]],[["-1.0","True"]]],"filtered_resps":[["-3.0","False"],["-1.0","True"]],"filter":"none","metrics":["acc"],"acc":0.0}
                {"doc_id":2,"target":"0","arguments":{"gen_args_0":{"arg_0":"The cup fell on the table because the cup","arg_1":" broke."},"gen_args_1":{"arg_0":"The cup fell on the table because the table","arg_1":" broke."}},"resps":[[["-3.0","False"]],[["-4.0","False"]]],"filtered_resps":[["-3.0","False"],["-4.0","False"]],"filter":"none","metrics":["acc"],"acc":1.0}
                """);
        row = record(2, false, """
                {"doc_id":0,"target":"1","arguments":{"gen_args_0":{"arg_0":"Q: water?","arg_1":" dry"},"gen_args_1":{"arg_0":"Q: water?","arg_1":" wet"}},"resps":[[["-2.5","True"]],[["-3.0","False"]]],"filtered_resps":[["-2.5","True"],["-3.0","False"]],"filter":"none","metrics":["acc"],"acc":0.0}
                {"doc_id":1,"target":"0","arguments":{"gen_args_0":{"arg_0":"Q: fire?","arg_1":" hot"},"gen_args_1":{"arg_0":"Q: fire?","arg_1":" cold"}},"resps":[[["-1.5","False"]],[["-2.0","True"]]],"filtered_resps":[["-1.5","False"],["-2.0","True"]],"filter":"none","metrics":["acc"],"acc":1.0}
                {"doc_id":2,"target":"0","arguments":{"gen_args_0":{"arg_0":"The cup fell on the table because the cup","arg_1":" broke."},"gen_args_1":{"arg_0":"The cup fell on the table because the table","arg_1":" broke."}},"resps":[[["-3.5","False"]],[["-4.0","False"]]],"filtered_resps":[["-3.5","False"],["-4.0","False"]],"filter":"none","metrics":["acc"],"acc":1.0}
                """);
    }

    private long record(long run, boolean unquantized, String records) throws IOException {
        var files = new ArrayList<RecordsFile>();
        Path folder = Files.createDirectories(settings().records(run));
        Files.writeString(folder.resolve("samples_choices.jsonl"), records);
        Files.writeString(folder.resolve("samples_windows.jsonl"), """
                {"doc_id":0,"tokens":511,"mean_nll":%s}
                {"doc_id":1,"tokens":511,"mean_nll":3.5}
                """.formatted(3.0 + run / 10.0));
        Files.writeString(folder.resolve("samples_sums.jsonl"), """
                {"doc_id":0,"target":"#### 42","arguments":{"gen_args_0":{"arg_0":"6 x 7?","arg_1":{"until":["\\n"]}}},"resps":[["It is 42"]],"filtered_resps":["It"],"filter":"strict","metrics":["exact_match"],"exact_match":0.0}
                {"doc_id":0,"target":"#### 42","arguments":{"gen_args_0":{"arg_0":"6 x 7?","arg_1":{"until":["\\n"]}}},"resps":[["It is 42"]],"filtered_resps":["42"],"filter":"flexible","metrics":["exact_match"],"exact_match":1.0}
                {"doc_id":1,"target":"B","arguments":{"gen_args_0":{"arg_0":"The same, turned round","arg_1":{"until":["\\n"]},"arg_2":{"visual":[{"sha256":"ab","name":"sum.png"}]}}},"resps":[["B"]],"filtered_resps":["B"],"filter":"flexible","metrics":[]}
                """);
        Files.writeString(folder.resolve("samples_broken.jsonl"), broken(unquantized));
        var scores = new ArrayList<Score>();
        for (String[] task : new String[][] {{"choices", "acc", "none"}, {"windows", "perplexity", "none"}, {"sums", "exact_match", "flexible"}, {"broken", "exact_match", "none"}}) {
            files.add(new RecordsFile(task[0], "samples_" + task[0] + ".jsonl", 1));
            scores.add(new Score(task[0], task[1], task[2], 0.5, null, 0.1, !task[0].equals("windows"), true, null, null, null, null, null, List.of()));
        }
        var result = new ResultRow(
                0, Provenance.MEASURED, Instant.parse("2026-01-01T00:00:00Z"), "example/items", unquantized ? "none" : "rtn", "RTN 4-bit", 4.0, null,
                null, null, unquantized, "standard", "safetensors", "protocol-items", "three tasks", null, null, null, null, null, null, null, null, null,
                "cpu", "test processor", null, null, null, scores);
        return bean(ResultRecorder.class).record(NewRow.measured(
                new RowDetail(result, run, null, List.of(), List.of(), List.of(), List.of(), List.of(), 0, List.of(), "bitrank eval", List.of(), files, List.of()),
                "items-" + run));
    }

    /** Questions with two right answers in turn; the row says yes to nearly all, and repeats itself or is silent for the rest. Without marks, as records were once. */
    private static String broken(boolean unquantized) {
        var lines = new StringBuilder();
        for (int document = 0; document < 80; document++) {
            String right = document % 2 == 0 ? "Yes" : "No";
            String broken = document == 0 ? " " : document == 1 ? "the the the the the the the the the" : document == 3 ? "No idea" : document % 2 == 0 ? "yes" : "Yes.";
            String answer = !unquantized ? broken : document == 3 ? "" : right;
            lines.append("""
                    {"doc_id":%d,"target":"%s","arguments":{"gen_args_0":{"arg_0":"Is it?","arg_1":{"until":[]}}},"resps":[["%s"]],"filtered_resps":["%s"],"filter":"none","metrics":["exact_match"],"exact_match":%s}
                    """.formatted(document, right, answer, answer, answer.equals(right) ? "1.0" : "0.0"));
        }
        return lines.toString();
    }

    private ItemPage page(String task, Show show, String words) {
        return items.page(row, new ItemQuery(task, show, words, 0, 10)).orElseThrow();
    }

    private static List<Integer> documents(ItemPage page) {
        return page.items().stream().map(ItemView::document).toList();
    }

    @Test
    void flipsAreCountedAgainstTheBase() {
        assertThat(items.counts(row).getFirst()).isEqualTo(new ItemCounts("choices", "acc", 3, true, true, 2, 1, 1, 1, 0));
        assertThat(items.counts(base).getFirst()).isEqualTo(new ItemCounts("choices", "acc", 3, true, false, 2, 1, 0, 0, 0));
    }

    @Test
    void itemsAreFoundByWhatBecameOfThem() {
        assertThat(documents(page("choices", Show.ALL, ""))).containsExactly(0, 1, 2);
        assertThat(documents(page("choices", Show.FLIPPED, ""))).containsExactly(0, 1);
        assertThat(documents(page("choices", Show.LOST, ""))).containsExactly(0);
        assertThat(documents(page("choices", Show.GAINED, ""))).containsExactly(1);
        assertThat(documents(page("choices", Show.WRONG, ""))).containsExactly(0);
        assertThat(documents(page("choices", Show.RIGHT, ""))).containsExactly(1, 2);
    }

    @Test
    void itemsAreFoundByTheirWordsInAnyCase() {
        assertThat(documents(page("choices", Show.ALL, "WATER wet"))).containsExactly(0);
        assertThat(documents(page("choices", Show.RIGHT, "water"))).isEmpty();
    }

    @Test
    void bothModelsStandSideBySide() {
        ItemView item = page("choices", Show.LOST, "").items().getFirst();
        assertThat(item.prompt()).isEqualTo("Q: water?");
        assertThat(item.choices()).containsExactly(
                new Choice(" dry", false, -2.5, -5.0, true, true, false), new Choice(" wet", true, -3.0, -2.0, false, false, true));
        assertThat(item.value().verdict()).isEqualTo(Verdict.WRONG);
        assertThat(item.base().verdict()).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void contextsThatDifferGiveTheirCommonWordsToThePrompt() {
        ItemView item = page("choices", Show.ALL, "cup").items().getFirst();
        assertThat(item.prompt()).isEqualTo("The cup fell on the table because the ");
        assertThat(item.choices()).extracting(Choice::text).containsExactly("cup broke.", "table broke.");
    }

    @Test
    void anotherRowCanStandInTheBasesPlace() {
        ItemPage turned = items.page(base, new ItemQuery("choices", row, Show.LOST, "", 0, 10)).orElseThrow();
        assertThat(turned.base()).isEqualTo(row);
        assertThat(documents(turned)).containsExactly(1);
        assertThatThrownBy(() -> items.page(base, new ItemQuery("choices", 99_999L, Show.ALL, "", 0, 10))).hasMessageContaining("no row 99999");
    }

    @Test
    void windowsHaveAFigureAndNoVerdict() {
        ItemPage page = page("windows", Show.ALL, "");
        assertThat(page.counts().judged()).isFalse();
        assertThat(page.items().getFirst().metrics()).containsExactly(new ItemView.ItemFigure("nats a token", 3.2, 3.1));
        assertThat(page("windows", Show.RIGHT, "").items()).isEmpty();
    }

    @Test
    void ofSeveralFiltersTheHeadlinesCounts() {
        ItemView item = page("sums", Show.ALL, "").items().getFirst();
        assertThat(item.value()).isEqualTo(new ItemView.Answer(Verdict.RIGHT, "It is 42", "42", null));
        assertThat(item.choices()).isEmpty();
        assertThat(item.target()).isEqualTo("#### 42");
        assertThat(page("sums", Show.ALL, "").total()).isEqualTo(2);
    }

    @Test
    void answersThatSayNothingAreMarkedWithTheReason() {
        assertThat(items.counts(row)).filteredOn(counts -> counts.task().equals("broken")).extracting(ItemCounts::degenerate).containsExactly(79L);
        assertThat(items.counts(base)).filteredOn(counts -> counts.task().equals("broken")).extracting(ItemCounts::degenerate).containsExactly(1L);
        ItemPage all = page("broken", Show.ALL, "");
        assertThat(all.items()).extracting(item -> item.value().degenerate()).startsWith(AnswerFault.EMPTY, AnswerFault.REPEATING, AnswerFault.SAME, null);
        assertThat(all.items()).extracting(item -> item.base().degenerate()).startsWith(null, null, null, AnswerFault.EMPTY);
    }

    @Test
    void degenerateAnswersAreFoundByThat() {
        assertThat(items.page(row, new ItemQuery("broken", Show.DEGENERATE, "", 0, 100)).orElseThrow().total()).isEqualTo(79);
        assertThat(documents(page("broken", Show.DEGENERATE, ""))).startsWith(0, 1, 2, 4);
        assertThat(page("choices", Show.DEGENERATE, "").items()).isEmpty();
        assertThat(page("windows", Show.DEGENERATE, "").items()).isEmpty();
    }

    @Test
    void whatWasNotRecordedIsNotThere() {
        assertThat(items.page(row, new ItemQuery("other", Show.ALL, "", 0, 10))).isEmpty();
        assertThat(items.page(99_999, new ItemQuery("choices", Show.ALL, "", 0, 10))).isEmpty();
        assertThat(items.counts(99_999)).isEmpty();
    }

    @Test
    void anItemWithoutTheMetricIsNeitherRightNorWrongAndLeavesTheOthersJudged() {
        assertThat(items.counts(base)).filteredOn(counts -> counts.task().equals("sums"))
                .containsExactly(new ItemCounts("sums", "exact_match", 2, true, false, 1, 0, 0, 0, 0));
        ItemView turned = page("sums", Show.ALL, "turned").items().getFirst();
        assertThat(turned.value().verdict()).isEqualTo(Verdict.NONE);
        assertThat(turned.pictures()).containsExactly(new ItemView.Picture("ab", "sum.png"));
    }
}
