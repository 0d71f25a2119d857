package org.bitrank.engine.quantize;

/** What methods ask for whose layers multiply integers with integers: one scale a row of weights, one a token of activations. */
final class IntegerProducts {
    static final OptionsSchema<WeightSettings> WEIGHTS =
            RecipeReader.WEIGHTS.withRange("bits", 2, 8, 8).withDefault("group-size", "channel").fixed("symmetric", "true");
    static final OptionsSchema<ActivationSettings> ACTIVATIONS = RecipeReader.ACTIVATIONS.withDefault("bits", "8");

    private IntegerProducts() {}
}
