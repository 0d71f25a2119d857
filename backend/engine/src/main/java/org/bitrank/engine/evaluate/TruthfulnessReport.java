package org.bitrank.engine.evaluate;

import java.util.List;

/**
 * Whether the local intrinsic dimension of a model's hidden states tells true answers from false ones.
 *
 * @param neighbours points that each dimension is estimated from
 * @param trueAnswers answers that the task calls right
 * @param falseAnswers all others
 * @param layers those that were looked at
 */
public record TruthfulnessReport(
        String task, int questions, int neighbours, int trueAnswers, int falseAnswers, List<Layer> layers) {
    /**
     * @param layer blocks that the states have passed, from 1
     * @param trueDimension mean over the true answers
     * @param falseDimension mean over the false ones
     * @param area the chance that a true answer has a smaller dimension than a false one; 0.5 says nothing
     * @param low lower end of its 95 % interval, answers taken as independent
     * @param high upper end
     */
    public record Layer(int layer, double trueDimension, double falseDimension, double area, Double low, Double high) {}
}
