package org.bitrank.engine.quantize;

import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.OptionsSchema;
import org.bitrank.engine.quantize.recipe.RecipeReader;
import org.bitrank.engine.quantize.recipe.WeightSettings;

/**
 * A method whose layers multiply integers with integers, one scale a row of weights and one a token of activations, and which
 * prepares blocks for that.
 */
interface IntegerProductMethod<O extends Record> extends QuantizationMethod<O> {
    OptionsSchema<WeightSettings> WEIGHTS =
            RecipeReader.WEIGHTS.withRange("bits", 2, 8, 8).withDefault("group-size", "channel").fixed("symmetric", "true");
    OptionsSchema<ActivationSettings> ACTIVATIONS = RecipeReader.ACTIVATIONS.withDefault("bits", "8");

    @Override
    default MethodFamily family() {
        return MethodFamily.ACTIVATIONS;
    }

    @Override
    default OptionsSchema<WeightSettings> weightsSchema() {
        return WEIGHTS;
    }

    @Override
    default OptionsSchema<ActivationSettings> activationsSchema() {
        return ACTIVATIONS;
    }

    @Override
    default boolean prepares() {
        return true;
    }
}
