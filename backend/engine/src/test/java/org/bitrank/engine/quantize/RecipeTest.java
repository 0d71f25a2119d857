package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.Scope;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecipeTest {
    private static final String DESIGN = """
            model: reference/micro-llama
            method: gptq
            weights: {type: int, bits: 4, group-size: 128, symmetric: false}
            options: {act-order: true, damping: 0.01}
            calibration: {dataset: wikitext2, samples: 128, sequence-length: 2048, seed: 0}
            scope: {exclude: [lm_head]}
            format: compressed-tensors
            """;

    @Test
    void readsEverySetting() {
        assertThat(Recipe.parse(DESIGN))
                .isEqualTo(new Recipe(
                        "reference/micro-llama",
                        List.of(),
                        "gptq",
                        new WeightSettings(WeightSettings.Type.INT, 4, 128, false, WeightSettings.ScaleType.FLOAT16),
                        new Gptq.Options(true, false, 0.01, false, 128, false),
                        List.of(),
                        null,
                        null,
                        new CalibrationSettings("wikitext2", 128, 2048, 0),
                        new Scope(List.of("lm_head")),
                        "compressed-tensors"));
    }

    @Test
    void equalRecipesHashEqualHoweverTheyAreSpelt() {
        String json = """
                {"options": {"damping": 1e-2, "act-order": true}, "method": "gptq",
                 "weights": {"group-size": 128.0}, "model": "reference/micro-llama", "calibration": {"dataset": "wikitext2"}}
                """;
        assertThat(Recipe.parse(json).hash()).isEqualTo(Recipe.parse(DESIGN).hash());
    }

    @Test
    void aChangedSettingChangesTheHash() {
        assertThat(Recipe.parse(DESIGN.replace("bits: 4", "bits: 3")).hash())
                .isNotEqualTo(Recipe.parse(DESIGN).hash());
    }

    @Test
    void canonicalTextReadsBackAsTheSameRecipe() {
        var recipe = Recipe.parse(DESIGN);
        assertThat(Recipe.parse(recipe.canonicalJson())).isEqualTo(recipe);
    }

    @Test
    void channelIsAGroupSize() {
        assertThat(Recipe.parse("{model: m, method: rtn, weights: {group-size: channel}}").hash())
                .isEqualTo(Recipe.parse("{model: m, method: rtn, weights: {group-size: -1}}").hash());
    }

    @Test
    void calibrationThatNothingLooksAtIsSaidAndNoError() {
        String data = "calibration: {dataset: 'text:/nowhere/at/all.txt'}}";
        String rtn = "{model: m, method: rtn, " + data;
        assertThat(Recipe.unusedCalibration(rtn, Recipe.parse(rtn)))
                .contains("calibration is not used: nothing in the recipe (method rtn) looks at data");
        for (String used : List.of("{model: m, method: gptq, " + data, "{model: m, method: rtn, prepare: [smoothquant], activations: {bits: 8}, " + data, "{model: m, method: rtn}")) {
            assertThat(Recipe.unusedCalibration(used, Recipe.parse(used))).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"reference/micro-llama, reference", "hf://owner/name, wikitext2"})
    void calibratesModelsOfTheEmbeddedSuiteOnItsOwnText(String model, String dataset) {
        assertThat(Recipe.parse("{model: '%s', method: gptq}".formatted(model)).calibration().dataset())
                .isEqualTo(dataset);
    }

    @Test
    void calibrationOfAMethodThatLooksAtNoDataDoesNotCount() {
        assertThat(Recipe.parse("{model: m, method: rtn, calibration: {samples: 3}}"))
                .isEqualTo(Recipe.parse("{model: m, method: rtn}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock = """
            {model: m, method: gptq, options: {act-ordr: true}} | options.act-ordr: unknown; did you mean act-order?
            {model: m, method: gtpq}                            | method: 'gtpq' is unknown; did you mean gptq?
            {model: m, method: rtn, weights: {bits: 9}}         | weights.bits: 9 is not allowed; it must be a whole number from 1 to 8
            {model: m, method: rtn, weights: {bits: 3.5}}       | weights.bits: 3.5 is not allowed
            {model: m, method: rtn, weights: {bits: four}}      | weights.bits: "four" is not allowed
            {model: m, method: rtn, weights: {group-size: 0}}   | weights.group-size: 0 is not allowed; it must be a whole number from 1 to 1048576, or channel
            {model: m, method: rtn, weights: {symmetric: yes}}  | weights.symmetric: "yes" is not allowed; it must be true or false
            {model: m, method: rtn, weights: {type: intt}}      | weights.type: 'intt' is unknown; did you mean int?
            {model: m, method: gptq, options: {damping: 2}}     | options.damping: 2 is not allowed; it must be a number from 0 to 1
            {model: m, method: gptq, options: [1]}              | options: must hold keys and values
            {model: m, method: rtn, options: {damping: 0.1}}    | options.damping: unknown; known are grid-search
            {model: m, method: fp8, weights: {group-size: 64}}  | weights.group-size: must be channel unless options.granularity is group
            {model: m, method: fp8, options: {granularity: group}} | weights.group-size: must be a number where options.granularity is group
            {model: m, method: ternary, weights: {group-size: 64}} | weights.group-size: must be channel unless options.granularity is group
            {model: m, method: nf4, weights: {group-size: channel}} | weights.group-size: "channel" is not allowed; it must be 32, 64, 128, 256, 512, 1024, 2048, 4096
            {model: m, method: fp4, weights: {group-size: 48}}  | weights.group-size: 48 is not allowed; it must be 32, 64, 128
            {model: m, method: rtn, activation: {bits: 8}}      | activation: unknown
            {model: m, method: gptq, calibration: {dataset: wikitxt}} | calibration.dataset: 'wikitxt' is unknown; did you mean wikitext2?
            {model: m, method: rtn, format: ggml}               | format: 'ggml' is unknown
            {model: m, method: rtn, weights: {bits: 2}, format: awq} | format: awq cannot hold it because it has no codes of 2 bits; formats that can: compressed-tensors
            {model: m, method: billm, format: gptq}             | format: gptq cannot hold what billm makes; formats that can: bitrank
            {model: m, method: gptq, weights: {bits: 1}}        | weights.bits: 1 is not allowed; it must be a whole number from 2 to 8
            {model: m, method: rtn, prepare: [gptq]}            | prepare[0].method: 'gptq' prepares nothing for another method
            {model: m, method: rtn, prepare: gptq}              | prepare: must be a list of steps
            {model: m, method: rtn, modules: [{weights: {bits: 8}}]} | modules[0].match: is missing
            {model: m, method: rtn, modules: [{match: x, bits: 8}]} | modules[0].bits: unknown
            {model: m, method: rtn, modules: [{match: x, method: gptq, options: {act: 1}}]} | modules[0].options.act: unknown
            {method: rtn}                                       | model: is missing
            {model: 3, method: rtn}                             | model: 3 is not allowed; it must be a text
            {model: m, method: rtn, scope: {exclude: lm_head}}  | scope.exclude: "lm_head" is not allowed; it must be a list of texts
            {model: m, method: rtn, scope: {towers: [head]}}    | scope.towers: 'head' is unknown
            {model: m, method: rtn, scope: {towers: []}}        | scope.towers: names no part
            {model: m, method: rtn, method: gptq}               | the key stands twice
            {model: m, method:                                  | neither YAML nor JSON
            hello                                               | must hold keys and values
            """)
    void refusesWithTheKeyAndWhatIsAllowed(String recipe, String message) {
        assertThatThrownBy(() -> Recipe.parse(recipe))
                .isInstanceOfSatisfying(
                        BitRankException.class,
                        failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                .hasMessageContaining(message);
    }

    @Test
    void tellsEveryProblemByItsKey() {
        var node = RecipeReader.parse("{model: m, method: gptq, weights: {bits: 0}, options: {damping: -1}}", "recipe");
        assertThat(Recipe.read(node).problems())
                .extracting(RecipeProblem::key)
                .containsExactly("weights.bits", "options.damping");
    }

    @Test
    void aFileOrInlineJsonWillDo(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("recipe.yaml"), DESIGN);
        assertThat(Recipe.of(file.toString())).isEqualTo(Recipe.of(Recipe.parse(DESIGN).canonicalJson()));
    }

    @Test
    void theCallersModelReplacesTheRecipes() {
        assertThat(Recipe.of("{\"method\": \"rtn\"}", "other").model()).isEqualTo("other");
    }

    @Test
    void aRuleOfTheSameMethodStartsFromTheRecipesSettingsOneOfAnotherFromThatMethodsOwn() {
        var recipe = Recipe.parse("""
                {model: m, method: rtn, weights: {bits: 3, group-size: 64, symmetric: true}, modules: [
                  {match: down_proj, weights: {bits: 8}},
                  {match: "*.self_attn.*", method: gptq}]}
                """);
        assertThat(recipe.modules().getFirst().weights())
                .isEqualTo(new WeightSettings(WeightSettings.Type.INT, 8, 64, true, WeightSettings.ScaleType.FLOAT16));
        assertThat(recipe.modules().get(1).weights()).isEqualTo(new Gptq().weightsSchema().defaults());
        assertThat(recipe.calibrated()).isTrue();
        assertThat(recipe.calibration()).isNotNull();
        assertThat(Recipe.parse(recipe.canonicalJson())).isEqualTo(recipe);
        assertThat(recipe.label()).isEqualTo("rtn 3-bit g64 sym, down_proj 8-bit, *.self_attn.* 4-bit");
    }

    /** What is switched off, what a step before was told, and what else than usual is left or taken, are part of the name. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{method: fp4, options: {double-quantization: false}}                          | no double-quantization",
        "{method: quip, options: {rotate: false, rescale: false}}                      | no rescale no rotate",
        "{method: awq, options: {clip: false}}                                         | no clip",
        "{method: gptq, options: {act-order: true}}                                    | act-order",
        "{method: gptq, prepare: [{method: smoothquant, options: {alpha: 0.85}}]}      | smoothquant alpha=0.85",
        "{method: rtn, scope: {exclude: []}}                                           | with head",
        "{method: rtn, scope: {exclude: [lm_head, down_proj]}}                         | without down_proj",
        "{method: rtn, scope: {exclude: [lm_head, q_proj, k_proj, v_proj]}}            | without 3 layers or patterns",
        "{method: rtn}                                                                 |"})
    void aNameTellsWhatIsNotAsUsual(String recipe, String words) {
        var naming = Recipe.parse("{model: m, " + recipe.substring(1)).naming();
        assertThat(String.join(" ", naming.options())).isEqualTo(words == null ? "" : words);
    }

    /** A method that chooses the groups itself is not called by one scale a row. */
    @Test
    void onlyWhereARowHasOneScaleTheNameSaysSo() {
        assertThat(Recipe.parse("{model: m, method: finequant}").label()).doesNotContain("channel");
        assertThat(Recipe.parse("{model: m, method: finequant}").naming().grouped(64).text()).contains(" g64");
        assertThat(Recipe.parse("{model: m, method: rtn, weights: {group-size: channel}}").label()).isEqualTo("rtn 4-bit channel");
        assertThat(Recipe.parse("{model: m, method: rtn, weights: {group-size: 7}}").naming().grouped(4).text()).isEqualTo("rtn 4-bit g4");
        assertThat(Recipe.parse("{model: m, method: rtn, weights: {group-size: 9999}}").naming().grouped(0).text()).isEqualTo("rtn 4-bit channel");
    }

    @Test
    void theLabelNamesWhatIsUnusual() {
        assertThat(Recipe.parse(DESIGN).label()).isEqualTo("gptq 4-bit g128 act-order");
    }

    @Test
    void partsOfAVisionLanguageModelAreWrittenAndLabelledOnlyWhereTheyAreNotTheUsualOne() {
        var text = Recipe.parse("{model: m, method: rtn}");
        assertThat(Recipe.parse("{model: m, method: rtn, scope: {towers: [language]}}").hash()).isEqualTo(text.hash());
        assertThat(text.canonicalJson()).doesNotContain("towers");

        var both = Recipe.parse("{model: m, method: rtn, scope: {towers: [vision, language]}}");
        assertThat(both.label()).endsWith(", language + vision");
        assertThat(both.hash()).isNotEqualTo(text.hash());
        assertThat(Recipe.parse(both.canonicalJson())).isEqualTo(both);
        assertThat(both.scope().excludes("vision_tower.vision_model.encoder.layers.0.mlp.fc1")).isFalse();
        assertThat(both.scope().excludes("multi_modal_projector.linear_1")).isTrue();
        assertThat(text.scope().excludes("vision_tower.vision_model.encoder.layers.0.mlp.fc1")).isTrue();
    }
}
