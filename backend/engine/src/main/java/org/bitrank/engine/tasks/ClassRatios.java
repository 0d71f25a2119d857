package org.bitrank.engine.tasks;

import java.util.List;

/**
 * Precision, recall and F1 of two classes, of which 1 is the one looked for: each is a ratio of two sums over items. Scores hold the
 * class that was said, with the truth as weight.
 */
enum ClassRatios {
    PRECISION(1, 1, 1, 0),
    RECALL(1, 1, 0, 1),
    F1(2, 2, 1, 1);

    private final double ofHit;
    private final double hitWeight;
    private final double falseAlarmWeight;
    private final double missWeight;

    /** What a hit adds to the upper sum, and what a hit, a false alarm and a miss add to the lower one. */
    ClassRatios(double ofHit, double hitWeight, double falseAlarmWeight, double missWeight) {
        this.ofHit = ofHit;
        this.hitWeight = hitWeight;
        this.falseAlarmWeight = falseAlarmWeight;
        this.missWeight = missWeight;
    }

    /** 0 where nothing is to be counted. */
    double of(List<Score> scores) {
        double upper = 0;
        double lower = 0;
        for (Score score : scores) {
            upper += upper(score);
            lower += lower(score);
        }
        return lower == 0 ? 0 : upper / lower;
    }

    /**
     * An item's part is the ratio plus how far the item pulls it, to the first order. So the parts' mean is the ratio, their spread
     * its error, and those of two models on the same items pair up.
     */
    double[] parts(List<Score> scores) {
        double ratio = of(scores);
        double lower = scores.stream().mapToDouble(this::lower).sum();
        return scores.stream()
                .mapToDouble(score -> lower == 0 ? 0 : ratio + (upper(score) - ratio * lower(score)) * scores.size() / lower)
                .toArray();
    }

    private double upper(Score score) {
        return isHit(score) ? ofHit : 0;
    }

    private double lower(Score score) {
        if (isHit(score)) {
            return hitWeight;
        }
        return score.value() == 1 ? falseAlarmWeight : Confusion.isMiss(score.value(), score.weight()) ? missWeight : 0;
    }

    private static boolean isHit(Score score) {
        return score.value() == 1 && score.weight() == 1;
    }
}
