package org.bitrank.engine.model;

import org.bitrank.kernels.BitRankException;

/**
 * What sets one family of decoders apart from another. A family is a row of {@link Families}, not a class.
 *
 * @param modelType {@code model_type} of {@code config.json}
 * @param className the class that transformers would load
 * @param names of the tensors outside the blocks
 * @param norm the kind of all norms but those of single heads
 * @param arrangement of the blocks' norms and residuals
 */
record Architecture(
        String modelType,
        String className,
        ModelNames names,
        PositionRule positions,
        Norm.Kind norm,
        ArrangementRule arrangement,
        AttentionParts attention,
        FeedForwardParts feedForward,
        Defaults defaults) {
    /** The usual arrangement, or another where the config says {@code value} under {@code key}. */
    record ArrangementRule(Arrangement usual, String key, boolean value, Arrangement other) {
        static final ArrangementRule NORM_BEFORE = new ArrangementRule(Arrangement.NORM_BEFORE, null, false, null);

        Arrangement in(ConfigFields config) {
            return key != null && config.flag(key, !value) == value ? other : usual;
        }
    }

    /**
     * What holds where the config is silent, as transformers has it.
     *
     * @param activation as in a config: {@code silu}
     * @param tied whether the head is the embedding table
     */
    record Defaults(String activation, double epsilon, int maxPositions, double rotaryBase, boolean tied) {}

    /** Refuses a config that names another class of the family: a classifier has no language head. */
    void checkClass(ConfigFields config) {
        for (var name : config.list("architectures")) {
            if (!className.equals(name.asString())) {
                throw BitRankException.unsupported("architecture " + name.asString() + " is not supported; of model type "
                        + modelType + " only " + className + " is");
            }
        }
    }
}
