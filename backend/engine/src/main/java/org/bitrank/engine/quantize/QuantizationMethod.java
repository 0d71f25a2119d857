package org.bitrank.engine.quantize;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.OnlineSteps;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.KeyValueSettings;
import org.bitrank.engine.quantize.recipe.Option;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.RecipeSchema;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.Backend;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A way to choose codes for weights. A new method is one class with an {@code Options} record and a line in
 * {@link MethodRegistry}; recipes, forms, help and the JSON schema follow from these.
 *
 * @param <O> its own options, every component an {@link Option}
 */
public interface QuantizationMethod<O extends Record> {
    /** As recipes name it: {@code gptq}. */
    String name();

    /** For people: {@code GPTQ}. */
    String title();

    /** One sentence: what it does. */
    String summary();

    /** Paper or code that it follows. */
    String source();

    Class<O> optionsType();

    /** Where lists of methods have it. */
    default MethodFamily family() {
        return MethodFamily.WEIGHTS;
    }

    /** What it wants to know of the layers' inputs; nothing means that no calibration data is read and no forward pass is run. */
    default Set<InputNeed> needs(O options) {
        return Set.of();
    }

    /** Whether it looks at calibration data with its usual options. */
    default boolean calibrated() {
        O usual = schema().defaults();
        return !needs(usual).isEmpty() || !preparationNeeds(usual).isEmpty();
    }

    /**
     * Whether the layers of a block are done one after another, each on inputs that passed through the quantized ones
     * before it, instead of all on inputs from one pass.
     */
    default boolean sequential(O options) {
        return false;
    }

    /**
     * Codes for the linear layers that read one input, in order.
     *
     * @throws org.bitrank.kernels.BitRankException of class NUMERICAL when the inputs do not allow it; the message names
     *     the layers and says what to try
     */
    List<QuantizedWeight> quantize(LayerGroup layers, WeightSettings weights, O options, Backend backend);

    /** The format of its artifacts where a recipe names none: one that holds what it makes. */
    default String usualFormat() {
        return StorageFormats.USUAL;
    }

    /**
     * The formats that can hold what it makes, where these are its own and no others; empty where that hangs on the settings.
     */
    default List<String> formats() {
        return usualFormat().equals(StorageFormats.OWN) ? List.of(StorageFormats.OWN) : List.of();
    }

    /**
     * Whether it stores integers with a scale and, unless symmetric, a zero point for each group, so that the size of an artifact
     * follows from the settings alone.
     */
    default boolean uniformIntegers() {
        return usualFormat().equals(StorageFormats.USUAL);
    }

    /** What it takes of the settings that all recipes have: its own defaults and limits. */
    default OptionsSchema<WeightSettings> weightsSchema() {
        return RecipeReader.WEIGHTS;
    }

    /** The same once its options are known, which may decide some of the settings. */
    default OptionsSchema<WeightSettings> weightsSchema(O options) {
        return weightsSchema();
    }

    /** Why a setting of the weights cannot be what was said, to follow "it must be 4": which option decides it, and what that offers. */
    default String decidedBy(String setting, JsonNode said) {
        return "";
    }

    /** What it takes of the settings of activations: its own defaults and limits. */
    default OptionsSchema<ActivationSettings> activationsSchema() {
        return RecipeReader.ACTIVATIONS;
    }

    /** The same of the settings of keys and values. */
    default OptionsSchema<KeyValueSettings> keyValuesSchema() {
        return RecipeReader.KEY_VALUES;
    }

    /**
     * The settings for a model whose coded layers have these widths. Where groups must not cross the ends of rows, one group size
     * that divides them all.
     */
    default WeightSettings fitted(WeightSettings weights, Collection<Integer> widths) {
        return weights.fittedTo(widths);
    }

    /** Tells what is wrong with settings that are allowed one by one but not together. */
    default void check(WeightSettings weights, O options, List<RecipeProblem> problems) {}

    /** Tells what it cannot do of the settings of activations, where it is the recipe's method or prepares for it. */
    default void checkActivations(ActivationSettings activations, List<RecipeProblem> problems) {}

    /** Tells what a rule for some of a model's layers cannot ask of it, because it concerns all of them. */
    default void checkRule(O options, List<RecipeProblem> problems) {}

    /**
     * Layers that it wants coded with other settings than the recipe's, seen by the weights of the whole model before the first
     * block. Rules of the recipe go before.
     *
     * @param linears that it is going to code
     */
    default Map<String, WeightSettings> exceptions(WeightSource model, Collection<String> linears, WeightSettings weights, O options) {
        return Map.of();
    }

    /** Whether {@link #prepare} does anything, so that it can stand under {@code prepare} of a recipe. */
    default boolean prepares() {
        return false;
    }

    /** What {@link #prepare} wants to know of the layers' inputs. */
    default Set<InputNeed> preparationNeeds(O options) {
        return Set.of();
    }

    /**
     * Rewrites a block's float weights so that coding them loses less, without changing what the block computes. Called for
     * every block before its layers are coded.
     *
     * @param weights how the block's weights are going to be coded
     */
    default void prepare(BlockPreparation block, WeightSettings weights, O options, Backend backend) {}

    /**
     * The same for all blocks of one part of a model.
     *
     * @param activations how inputs are going to be rounded; null where they are not
     */
    default Preparation preparation(O options, ActivationSettings activations) {
        return (block, weights, backend) -> prepare(block, weights, options, backend);
    }

    /** Rewrites the model as a whole before its first block, without changing what it computes: rotations of the residual stream. */
    default ModelRewrite rewrite(ModelRewrite model, O options) {
        return model;
    }

    /** What its artifacts ask for while the model runs, besides what the recipe says of activations, keys and values. */
    default OnlineSteps online(OnlineSteps steps, ModelConfig config, O options) {
        return steps;
    }

    default OptionsSchema<O> schema() {
        return OptionsSchema.of(optionsType());
    }

    /** JSON Schema of recipes for this method. */
    default ObjectNode jsonSchema() {
        return RecipeSchema.of(this);
    }
}
