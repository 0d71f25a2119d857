package org.bitrank.engine.quantize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.ModelCatalog;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelFitTest {
    private static final String TEXT = "reference/micro-llama";
    private static final String PICTURES = "reference/micro-llava";

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "down_prj | modules[0].match: 'down_prj' matches no linear layer of this model; did you mean down_proj? Its layers end in q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj, lm_head; whole names look like model.layers.0.self_attn.q_proj",
        "model.layers.99.* | modules[0].match: 'model.layers.99.*' matches no linear layer of this model",
        "proj | modules[0].match: 'proj' matches no linear layer",
        "lm_head | modules[0].match: 'lm_head' matches only layers that stay unquantized (lm_head); take them out of scope.exclude"})
    void aRuleForNothingIsAProblem(String match, String message) {
        assertThat(problems(TEXT, match, "")).singleElement().asString().startsWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"down_proj", "model.layers.5.mlp.down_proj", "*.mlp.*", "*"})
    void aRuleForLayersIsNone(String match) {
        assertThat(problems(TEXT, match, "")).isEmpty();
    }

    @Test
    void partsOutOfScopeHaveNoRules() {
        assertThat(problems(PICTURES, "vision_tower.*", "")).singleElement().asString().contains("matches only layers that stay unquantized", "scope.towers");
        assertThat(problems(PICTURES, "vision_tower.*", ", scope: {towers: [language, vision]}")).isEmpty();
        assertThat(problems(PICTURES, "multi_modal_projector.*", ", scope: {towers: [projector]}")).isEmpty();
        assertThat(problems(TEXT, "lm_head", ", scope: {exclude: []}")).isEmpty();
    }

    @Test
    void whatLeavesNothingToQuantizeIsAProblem() {
        assertThat(problems(TEXT, "rtn", "{exclude: [lm_head, bogus]}", "")).singleElement().asString()
                .startsWith("scope.exclude: 'bogus' matches no linear layer of this model. Its layers end in q_proj");
        assertThat(problems(TEXT, "rtn", "{exclude: [lm_head, 'model.layers.*']}", "")).singleElement().asString()
                .isEqualTo("scope.exclude: leaves nothing to quantize; take some of lm_head, model.layers.* out of it");
        assertThat(problems(TEXT, "rtn", "{exclude: ['model.layers.*']}", "")).isEmpty();
        assertThat(problems(TEXT, "rtn", "{exclude: [lm_head, 'model.layers.*']}", ", kv-cache: {bits: 8}")).isEmpty();
    }

    @Test
    void calibrationDataMustSuitWhatIsQuantized() {
        String towers = "{method: gptq, weights: {group-size: 16}, scope: {towers: [%s]}, calibration: {dataset: '%s'}%s}";
        assertThat(problems(PICTURES, towers.formatted("vision", "reference", ""))).singleElement().asString()
                .startsWith("calibration.dataset: 'reference' shows no pictures, and the vision tower is to be quantized by a method that looks at its inputs");
        assertThat(problems(PICTURES, towers.formatted("projector", "text:/any.txt", ""))).singleElement().asString().contains("and the projector is");
        assertThat(problems(PICTURES, towers.formatted("vision", "reference", ", modules: [{match: 'vision_tower.*', method: rtn}]"))).isEmpty();
        assertThat(problems(PICTURES, towers.formatted("vision", "pictures:/any.jsonl", ""))).isEmpty();
        assertThat(problems(PICTURES, towers.formatted("language", "reference", ""))).isEmpty();
        assertThat(problems(TEXT, "{method: gptq, weights: {group-size: 16}, calibration: {dataset: 'pictures:/any.jsonl'}}")).singleElement().asString()
                .startsWith("calibration.dataset: 'pictures:/any.jsonl' shows pictures, and this model reads text alone");
    }

    @Test
    void formatsThatHaveNoPlaceForAModelAreRefused() {
        assertThat(problems(PICTURES, "{method: rtn, weights: {group-size: 32}, format: gguf}")).singleElement().asString()
                .startsWith("format: a vision-language model ('llava_next') is not written as GGUF");
        assertThat(problems(TEXT, "{method: rtn, weights: {group-size: 32, symmetric: true}, format: gguf}")).isEmpty();
    }

    @Test
    void quantizingRefusesItBeforeAnythingIsRead() {
        var recipe = Recipe.of("{method: gptq, calibration: {dataset: 'text:/nowhere.txt'}, modules: [{match: fc1, weights: {bits: 8}}]}", TEXT);
        try (var backend = Backends.open("cpu", ComputeType.FLOAT32)) {
            assertThatThrownBy(() -> Quantizer.quantize(
                            ModelCatalog.resolve(TEXT), recipe, folder.resolve("out"), DataFolders.of(List.of()), backend, Progress.SILENT))
                    .isInstanceOfSatisfying(BitRankException.class, failure -> assertThat(failure.failureClass()).isEqualTo(FailureClass.BAD_INPUT))
                    .hasMessageStartingWith("recipe: modules[0].match: 'fc1' matches no linear layer");
        }
        assertThat(folder).isEmptyDirectory();
    }

    private static List<RecipeProblem> problems(String model, String match, String more) {
        return problems(model, "{method: rtn, weights: {group-size: 16}, modules: [{match: '%s', weights: {bits: 8}}]%s}".formatted(match, more));
    }

    private static List<RecipeProblem> problems(String model, String method, String scope, String more) {
        return problems(model, "{method: %s, weights: {group-size: 16}, scope: %s%s}".formatted(method, scope, more));
    }

    private static List<RecipeProblem> problems(String model, String recipe) {
        try (var checkpoint = Checkpoint.open(ModelCatalog.resolve(model))) {
            return ModelFit.problems(Recipe.of(recipe, model), checkpoint.config(), ModelConfig.of(checkpoint));
        }
    }
}
