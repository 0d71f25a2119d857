package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * A passage under the model against the same passage under its base.
 *
 * @param divergences KL(base || model) at each scored position, nats
 * @param top positions whose likeliest token is the same
 * @param topFive tokens that both count among their five likeliest ones, over all positions
 */
record BaseAgreement(List<Float> divergences, int top, int topFive) {
    BaseAgreement plus(BaseAgreement rest) {
        var all = new ArrayList<>(divergences);
        all.addAll(rest.divergences);
        return new BaseAgreement(all, top + rest.top, topFive + rest.topFive);
    }

    double divergence() {
        double sum = 0;
        for (float divergence : divergences) {
            sum += divergence;
        }
        return sum;
    }
}
