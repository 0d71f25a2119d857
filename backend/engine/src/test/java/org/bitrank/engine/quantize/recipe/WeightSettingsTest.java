package org.bitrank.engine.quantize.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightSettingsTest {
    @ParameterizedTest
    @CsvSource({"576, 64, 64", "576, 128, 96", "1536, 128, 128", "100, 128, 100", "577, 128, 577", "576, -1, 576"})
    void aWidthThatDoesNotDivideGetsTheNextSmallerGroupThatDoes(int columns, int asked, int used) {
        var weights = new WeightSettings(WeightSettings.Type.INT, 4, asked, false, WeightSettings.ScaleType.FLOAT16);
        assertThat(weights.groupSizeFor(columns)).isEqualTo(used);
    }

    @ParameterizedTest
    @CsvSource({
        "576 1536, 128, 96", "576 1536, 64, 64", "4096 14336, 128, 128", "576 1536, -1, -1",
        // narrower than a group: a whole row anyway
        "64 256, 128, 128",
        // nothing in common: every width for itself
        "577 1536, 128, 128"
    })
    void aModelGetsOneGroupSizeWhereThereIsOne(String widths, int asked, int used) {
        var weights = new WeightSettings(WeightSettings.Type.INT, 4, asked, false, WeightSettings.ScaleType.FLOAT16);
        List<Integer> numbers = Stream.of(widths.split(" ")).map(Integer::valueOf).toList();
        assertThat(weights.fittedTo(numbers).groupSize()).isEqualTo(used);
    }

    @ParameterizedTest
    @CsvSource({"128, 96", "64, 64", "100, 96", "1024, 768", "-1, -1"})
    void allWidthsGetOneGroupSizeWhereThereIsOne(int asked, int used) {
        var weights = new WeightSettings(WeightSettings.Type.INT, 4, asked, false, WeightSettings.ScaleType.FLOAT16);
        assertThat(weights.fittedTo(List.of(576, 1536)).groupSize()).isEqualTo(used);
    }

    @Test
    void widthsWithoutACommonGroupSizeChooseByThemselves() {
        var weights = new WeightSettings(WeightSettings.Type.INT, 4, 128, false, WeightSettings.ScaleType.FLOAT16);
        assertThat(weights.fittedTo(List.of(577, 1536))).isEqualTo(weights);
    }

    @ParameterizedTest
    @CsvSource({
        "lm_head, lm_head, true",
        "down_proj, model.layers.3.mlp.down_proj, true",
        "proj, model.layers.3.mlp.down_proj, false",
        "model.layers.3.*, model.layers.3.mlp.down_proj, true",
        "model.layers.3.*, model.layers.30.mlp.down_proj, false"
    })
    void scopeNamesLayersWholeByTheirEndOrByPattern(String entry, String linear, boolean excluded) {
        assertThat(new Scope(List.of(entry)).excludes(linear)).isEqualTo(excluded);
    }

    @Test
    void theOrderOfExclusionsDoesNotMatter() {
        assertThat(new Scope(List.of("b", "a"))).isEqualTo(new Scope(List.of("a", "b", "a")));
    }
}
