package org.bitrank.web.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.RecipeLabel;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowNameTest {
    /** As a run of this recipe leaves it. */
    private static ResultRow made(String recipe, String towers) {
        Recipe read = Recipe.parse(recipe);
        int group = read.weights().groupSize();
        return row(read.method(), read.label(), read.weights().bits(), null, group == WeightSettings.CHANNEL ? 0 : group, read.weights().symmetric(), towers, read.naming());
    }

    /** As a checkpoint of this name leaves it. */
    private static ResultRow sent(String name, String format, double bits, Double activationBits) {
        return row(format, name, bits, activationBits, null, null, null, null);
    }

    private static ResultRow row(
            String method, String label, double bits, Double activationBits, Integer group, Boolean symmetric, String towers, RecipeLabel naming) {
        return new ResultRow(0, Provenance.MEASURED, null, "m", method, label, bits, activationBits, group, symmetric, false, "smoke", "compressed-tensors", "key",
                "line", null, null, null, bits, 1L, null, null, null, null, "cpu", null, null, null, null, towers, naming, false, List.of());
    }

    @Test
    void theStepsOfAChainAreNamedInOrder() {
        RowName name = RowName.of(made("{model: m, prepare: [{method: smoothquant}], method: gptq, weights: {group-size: 64}, options: {act-order: true}}", null));
        assertThat(name.bold()).isEqualTo("SmoothQuant + GPTQ");
        assertThat(name.small()).isEqualTo("g64 · asymmetric · act-order");
        assertThat(name.chart()).isEqualTo("SmoothQuant + GPTQ 4 act-order");
    }

    @Test
    void quantizedTowersAreNoStepsOfTheMethod() {
        RowName name = RowName.of(made("{model: m, method: awq, weights: {group-size: 64}, scope: {towers: [language, projector, vision]}}", "language + projector + vision"));
        assertThat(name.whole()).isEqualTo("AWQ 4-bit, g64, asymmetric, all parts");
        assertThat(name.chart()).isEqualTo("AWQ 4");
    }

    @Test
    void rulesForModulesStandWhole() {
        RowName name = RowName.of(made("{model: m, method: rtn, modules: [{match: down_proj, weights: {bits: 8}}]}", null));
        assertThat(name.small()).endsWith("down_proj 8-bit");
        assertThat(name.bold()).isEqualTo("RTN");
    }

    @ParameterizedTest
    @ValueSource(strings = {"My own GPTQ 4 bit, group 64 + tuned", "bold x", "t-up-good.tgz", "<b>bold</b> + 4-bit"})
    void whatItsSenderCallsACheckpointIsItsNameAsItStands(String given) {
        RowName name = RowName.of(sent(given, "compressed-tensors", 4, null));
        assertThat(name.bold()).isEqualTo(given);
        assertThat(name.whole()).isEqualTo(given);
        assertThat(name.chart()).startsWith(given.substring(0, Math.min(23, given.length())));
        assertThat(name.small()).isEqualTo("compressed-tensors 4-bit");
    }

    @Test
    void roundedInputsAreNamedOnce() {
        assertThat(RowName.of(sent("their-model", "safetensors", 8, 8.0)).small()).isEqualTo("safetensors 8-bit · A8");
        assertThat(RowName.of(made("{model: m, method: smoothquant}", null)).small()).isEqualTo("per channel · symmetric · A8");
    }

    @Test
    void aRowOfSeveralSeedsSaysSo() {
        ResultRow one = made("{model: m, method: gptq, weights: {group-size: 64}}", null);
        ResultRow row = row("gptq", one.label(), 4, null, 64, false, null, one.naming().with("3 seeds ±0.020 nats/token"));
        assertThat(RowName.of(row).small()).isEqualTo("g64 · asymmetric · 3 seeds ±0.020 nats/token");
    }

    @ParameterizedTest
    @CsvSource({"4, 4", "1.7000000001, 1.7", "1.0949, 1.09", "2.999, 3"})
    void bitsHaveNoMoreThanTwoDecimals(double bits, String text) {
        assertThat(RowName.bits(bits)).isEqualTo(text);
    }
}
