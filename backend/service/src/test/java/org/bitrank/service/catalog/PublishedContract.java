package org.bitrank.service.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.catalog.PublishedTables.PublishedTable;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Rows;
import org.bitrank.service.result.Score;
import org.junit.jupiter.api.Test;

abstract class PublishedContract extends ServiceTest {
    private List<BoardRow> rows(String study) {
        var query = new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(study), Set.of(Provenance.PUBLISHED), null, "", "created",
                false, 0, BoardQuery.ALL);
        return bean(Leaderboard.class).view(query).rows();
    }

    private ResultRow row(String study, String model, String label) {
        return rows(study).stream()
                .map(BoardRow::result)
                .filter(row -> row.model().equals(model) && row.label().equals(label))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void everyPrintedLineWithAScoreIsARow() {
        // 41 + 22 lines of the two large tables; 25 lines over two models, of which two have nothing for LLaMA-7B; 4 + 4
        // fine-tuned; 13 + 13 of LLaVA.
        assertThat(rows("llama3-study").size()).isEqualTo(41 + 22 + (25 + 23) + 8 + 26);
        // All families and sizes, OmniQuant, Pythia, BitNet, ablations.
        assertThat(rows("spectra").size()).isEqualTo(57 + 7 + 5 + 4 + 8);
        assertThat(rows("cross-checks").size()).isEqualTo(25);
    }

    @Test
    void aSecondStartLoadsNothingTwice() {
        int before = bean(Rows.class).ids().size();
        bean(PublishedLoader.class).run(null);
        assertThat(bean(Rows.class).ids()).hasSize(before);
    }

    @Test
    void publishedRowsAreNeverRanked() {
        assertThat(rows("llama3-study")).allSatisfy(row -> assertThat(row.rank()).isNull());
    }

    @Test
    void numbersKeepTheirPrintedTextAndPercentBecomesAShare() {
        ResultRow row = row("llama3-study", "LLaMA3-8B", "RTN 3-bit g128");
        Score c4 = row.score("c4.perplexity");
        Score piqa = row.score("piqa.acc");
        assertThat(c4.printed()).isEqualTo("1.1e2");
        assertThat(c4.value()).isEqualTo(110);
        assertThat(piqa.printed()).isEqualTo("62.3");
        assertThat(piqa.value()).isCloseTo(0.623, within(1e-12));
        assertThat(piqa.base()).isCloseTo(0.799, within(1e-12));
        assertThat(row.groupSize()).isEqualTo(128);
        assertThat(row.bits()).isEqualTo(3);
        assertThat(row.activationBits()).isNull();
        assertThat(row.source()).contains("2404.14047", "Tables 1 and 3");
    }

    @Test
    void aCollapseThatIsPrintedWithoutANumberHasNone() {
        Score score = row("llama3-study", "LLaVA-Next-8B", "AWQ 2-bit g128").score("wikitext2.perplexity");
        assertThat(score.value()).isEqualTo(1.6e6);
        ResultRow pictures = rows("llama3-study").stream()
                .map(BoardRow::result)
                .filter(row -> row.label().equals("AWQ 2-bit g128") && row.score("ai2d.exact_match") != null)
                .findFirst()
                .orElseThrow();
        assertThat(pictures.score("ai2d.exact_match").printed()).isEqualTo("N");
        assertThat(pictures.score("ai2d.exact_match").value()).isNull();
    }

    @Test
    void sharesThatArePrintedInPercentAreToldFromOtherNumbers() {
        Score piqa = row("llama3-study", "LLaMA3-8B", "RTN 4-bit g128").score("piqa.acc");
        assertThat(piqa.percent()).isTrue();
        assertThat(100 * piqa.difference()).isCloseTo(-3.3, within(1e-9));
        assertThat(row("llama3-study", "LLaMA3-8B", "RTN 4-bit g128").score("c4.perplexity").percent()).isFalse();
        Score ofOne = new Score("piqa", "acc", "none", 0.766, "0.766", null, true, true, 0.799, -0.033, null, null, null, List.of());
        assertThat(ofOne.share()).isTrue();
        assertThat(ofOne.percent()).as("printed as a part of 1").isFalse();
        assertThat(new Score("mme", "mme_perception_score", "none", 1550.9, "1550.9", null, true, false, null, null, null, null, null, List.of()).share()).isFalse();
    }

    @Test
    void caveatsStandAtTheVeryCell() {
        ResultRow quip = row("llama3-study", "LLaMA3-8B", "QuIP 4-bit per channel");
        assertThat(quip.score("ptb.perplexity").caveats()).contains("llama3-quip4-swapped");
        assertThat(quip.score("wikitext2.perplexity").caveats()).isEmpty();
        assertThat(row("spectra", "Spectra 190M", "QuantLM-4 g128").score("lambada_openai.perplexity").caveats())
                .containsExactly("spectra-quantlm4-190m");
        assertThat(bean(Rows.class).detail(quip.id()).orElseThrow().caveats())
                .contains("llama3-quip4-swapped", "llama3-c4-ptb-mixed");
    }

    @Test
    void aStudyShowsItsTablesAsPrinted() {
        var study = bean(PublishedTables.class).study("llama3-study").orElseThrow();
        PublishedTable table = study.tables().getFirst();
        assertThat(study.tables()).hasSize(8);
        assertThat(table.lines()).hasSize(41);
        assertThat(table.columns().getFirst().label()).isEqualTo("Model");
        assertThat(table.caveats()).extracting(PublishedTables.Caveat::id).contains("llama3-rtn3-average");
        var average = table.lines().get(6).cells().getLast();
        assertThat(average.text()).isEqualTo("35.6");
        assertThat(average.caveats()).containsExactly("llama3-rtn3-average");
    }
}
