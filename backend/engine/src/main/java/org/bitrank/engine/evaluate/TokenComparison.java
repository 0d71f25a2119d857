package org.bitrank.engine.evaluate;

import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.statistics.Clusters;
import org.bitrank.engine.statistics.PairedDifference;
import org.bitrank.engine.statistics.Quantiles;
import org.bitrank.kernels.Distributions;

/**
 * The model's distributions against its base's over the same positions.
 *
 * @param divergence mean KL(base || model), nats a token
 * @param divergenceLow lower end of its 95 % interval, positions of one document (window) counting together; null for a single one
 * @param divergenceHigh upper end
 * @param medianDivergence of the positions
 * @param tailDivergence the 99th percentile: what the worst hundredth of the positions exceeds
 * @param topAgreement share of positions whose likeliest token is the same
 * @param topFiveAgreement share of the base's five likeliest tokens that are among the model's, over all positions
 */
public record TokenComparison(
        long positions,
        double divergence,
        Double divergenceLow,
        Double divergenceHigh,
        double medianDivergence,
        double tailDivergence,
        double topAgreement,
        double topFiveAgreement) {
    /**
     * @param documents which document (window) each passage belongs to
     * @return null where nothing was compared
     */
    static TokenComparison of(List<PassageScore> scores, Clusters documents) {
        if (scores.isEmpty() || scores.getFirst().agreement() == null) {
            return null;
        }
        int passages = scores.size();
        var sums = new double[passages];
        var counts = new double[passages];
        long positions = 0;
        long top = 0;
        long topFive = 0;
        for (int i = 0; i < passages; i++) {
            BaseAgreement agreement = scores.get(i).agreement();
            sums[i] = agreement.divergence();
            counts[i] = scores.get(i).tokens();
            positions += scores.get(i).tokens();
            top += agreement.top();
            topFive += agreement.topFive();
        }
        var divergences = new double[Math.toIntExact(positions)];
        int next = 0;
        for (PassageScore score : scores) {
            for (float divergence : score.agreement().divergences()) {
                divergences[next++] = divergence;
            }
        }
        Arrays.sort(divergences);
        PairedDifference mean = PairedDifference.ofRatios(new double[passages], sums, counts, documents);
        return new TokenComparison(
                positions,
                mean.difference(),
                Double.isNaN(mean.low()) ? null : (Double) mean.low(),
                Double.isNaN(mean.high()) ? null : (Double) mean.high(),
                Quantiles.median(divergences),
                Quantiles.of(divergences, 0.99),
                (double) top / positions,
                (double) topFive / (positions * Distributions.TOP));
    }
}
