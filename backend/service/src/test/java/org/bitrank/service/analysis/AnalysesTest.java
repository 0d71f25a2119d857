package org.bitrank.service.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bitrank.engine.statistics.AnalysisOfVariance.Effect;
import org.bitrank.engine.statistics.AnalysisOfVariance.SumsOfSquares;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.analysis.ScalingView.Family;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Rows;
import org.junit.jupiter.api.Test;

/** Over the published studies, which every installation has. */
class AnalysesTest extends ServiceTest {
    private static final Set<RowFactor> USUAL = EnumSet.of(RowFactor.METHOD, RowFactor.BITS, RowFactor.GROUP_SIZE, RowFactor.MODEL);

    @Override
    protected String databaseUrl() {
        return null;
    }

    private List<Long> rows(String table) {
        Rows rows = bean(Rows.class);
        return rows.rows(rows.ids()).stream().filter(row -> row.protocolKey().equals(table)).map(ResultRow::id).toList();
    }

    @Test
    void bitsMatterMostInTheStudyOfLlama3() {
        FactorStudy study = bean(Analyses.class).factors(
                rows("llama3-study_llama3_8b_ptq"), "wikitext2.perplexity", USUAL, false, SumsOfSquares.TYPE_II);
        assertThat(study.reason()).isNull();
        assertThat(study.unit()).isEqualTo("nats/token");
        assertThat(study.factors()).startsWith(RowFactor.METHOD, RowFactor.BITS);
        Effect bits = study.table().effects().get(1);
        assertThat(bits.term()).isEqualTo("bits");
        assertThat(bits.pValue()).isLessThan(0.001);
        assertThat(study.comparisons().get(1)).isNotEmpty();
        assertThat(study.levels().get(1)).extracting(FactorStudy.LevelMean::level).isSortedAccordingTo(RowFactor.BITS.order());
        assertThat(study.levels().get(1)).allSatisfy(level -> assertThat(level.letters()).isNotEmpty());
        var letters = study.levels().get(1).stream().collect(
                java.util.stream.Collectors.toMap(FactorStudy.LevelMean::level, FactorStudy.LevelMean::letters));
        study.comparisons().get(1).stream().filter(pair -> pair.pValue() < 0.05).forEach(pair ->
                assertThat(letters.get(pair.first())).doesNotContain(letters.get(pair.second()).split("")));
        assertThat(study.table().checks()).allSatisfy(check -> assertThat(check.words()).endsWith(".").doesNotContain("NaN"));
    }

    @Test
    void aTableThatCannotBeMadeSaysWhy() {
        Analyses analyses = bean(Analyses.class);
        List<Long> all = rows("llama3-study_llama3_8b_ptq");
        assertThat(analyses.factors(all, "no.such", USUAL, false, SumsOfSquares.TYPE_II).reason()).isEqualTo("No quantized row has this score.");
        assertThat(analyses.factors(all, "piqa.acc", Set.of(RowFactor.MODEL), false, SumsOfSquares.TYPE_II).reason())
                .isEqualTo("All rows agree in every factor, so there is nothing to compare.");
        FactorStudy full = analyses.factors(all.subList(1, 4), "piqa.acc", USUAL, true, SumsOfSquares.TYPE_II);
        assertThat(full.table()).isNull();
        assertThat(full.reason()).contains("nothing is left to tell them from chance");
    }

    @Test
    void familiesOfTheSpectraSuiteHaveCurves() {
        ScalingView view = bean(Analyses.class).scaling(rows("spectra_spectra_main"), "lambada_openai.perplexity", ScalingView.Size.TOTAL_BITS);
        assertThat(view.families()).extracting(Family::name).contains("float", "ternary", "gptq 4-bit");
        for (Family family : view.families()) {
            assertThat(family.points()).hasSizeGreaterThan(5).isSortedAccordingTo((a, b) -> Double.compare(a.size(), b.size()));
            assertThat(family.fit().exponent()).isPositive();
            assertThat(family.fit().factor()).as("perplexity falls with size").isPositive();
            assertThat(family.curve()).hasSize(48).allSatisfy(point -> assertThat(point.low()).isLessThanOrEqualTo(point.high()));
        }
    }

    @Test
    void publishedModelsAreAsLargeAsTheirNamesSay() {
        ScalingView view = bean(Analyses.class).scaling(rows("spectra_spectra_main"), "lambada_openai.perplexity", ScalingView.Size.PARAMETERS);
        assertThat(view.families().getFirst().points().getFirst().size()).isCloseTo(99e6, within(1.0));
        assertThat(RowAnalyses.parameters("Spectra 1.1B")).isEqualTo(1.1e9);
        assertThat(RowAnalyses.parameters("LLaMA3-8B")).isEqualTo(8e9);
        assertThat(RowAnalyses.parameters("unknown")).isNaN();
    }
}
