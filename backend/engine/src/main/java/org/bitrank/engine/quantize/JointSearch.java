package org.bitrank.engine.quantize;

import java.util.function.ToDoubleFunction;

/** Looks at every combination of choices. */
final class JointSearch {
    private JointSearch() {}

    /**
     * @param places that have a choice each
     * @param choices at every place
     * @param objective of the choices' numbers; it may not keep the array
     * @return the numbers of the choices that make the objective smallest; among equals those that come first, where the last
     *     place changes fastest
     */
    static int[] best(int places, int choices, ToDoubleFunction<int[]> objective) {
        var now = new int[places];
        int[] best = now.clone();
        double smallest = objective.applyAsDouble(now);
        while (advance(now, choices)) {
            double value = objective.applyAsDouble(now);
            if (value < smallest) {
                smallest = value;
                best = now.clone();
            }
        }
        return best;
    }

    /** @return whether there is a next combination */
    private static boolean advance(int[] now, int choices) {
        for (int place = now.length - 1; place >= 0; place--) {
            if (++now[place] < choices) {
                return true;
            }
            now[place] = 0;
        }
        return false;
    }
}
