package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.analysis.integration.gauss.GaussIntegrator;
import org.hipparchus.analysis.integration.gauss.GaussIntegratorFactory;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.special.Gamma;

/**
 * The distribution of the distance between the largest and the smallest of {@code groups} normal means over an independent
 * estimate of their deviation with {@code freedom} degrees of freedom, which Tukey's comparisons stand on. Hipparchus does not
 * have it: the two integrals of its definition are taken by Gauss and Legendre's rule.
 */
final class StudentizedRange {
    private static final NormalDistribution NORMAL = new NormalDistribution();
    private static final int POINTS = 16;
    private static final int INNER_PANELS = 10;
    private static final int OUTER_PANELS = 12;
    /** Beyond this the normal density is below 1e-16. */
    private static final double FARTHEST = 8.5;
    private static final double LARGEST_QUANTILE = 1e4;
    private static final double ACCURACY = 1e-9;

    /** A point of a rule with its weight, the density there included. */
    private record Node(double at, double weight, double cumulative) {}

    private final int groups;
    private final List<Node> means = new ArrayList<>();
    private final List<Node> deviations = new ArrayList<>();

    StudentizedRange(int groups, double freedom) {
        if (groups < 2 || freedom < 1) {
            throw new IllegalArgumentException("%d groups, %f degrees of freedom".formatted(groups, freedom));
        }
        this.groups = groups;
        for (double[] node : nodes(-FARTHEST, FARTHEST, INNER_PANELS)) {
            means.add(new Node(node[0], node[1] * NORMAL.density(node[0]) * groups, NORMAL.cumulativeProbability(node[0])));
        }
        // The deviation's square is chi-squared over its degrees of freedom; Wilson and Hilferty's cube says where nothing is left.
        double spread = Math.sqrt(2 / (9 * freedom));
        double low = Math.sqrt(Math.pow(Math.max(0, 1 - spread * spread - FARTHEST * spread), 3));
        double high = Math.sqrt(Math.pow(1 - spread * spread + FARTHEST * spread, 3));
        double constant = freedom / 2 * Math.log(freedom) - Gamma.logGamma(freedom / 2) - (freedom / 2 - 1) * Math.log(2);
        for (double[] node : nodes(low, high, OUTER_PANELS)) {
            double density = Math.exp(constant + (freedom - 1) * Math.log(node[0]) - freedom * node[0] * node[0] / 2);
            deviations.add(new Node(node[0], node[1] * density, Double.NaN));
        }
    }

    private static List<double[]> nodes(double low, double high, int panels) {
        var nodes = new ArrayList<double[]>(panels * POINTS);
        var factory = new GaussIntegratorFactory();
        double width = (high - low) / panels;
        for (int panel = 0; panel < panels; panel++) {
            GaussIntegrator rule = factory.legendre(POINTS, low + panel * width, low + (panel + 1) * width);
            for (int i = 0; i < POINTS; i++) {
                nodes.add(new double[] {rule.getPoint(i), rule.getWeight(i)});
            }
        }
        return nodes;
    }

    /** The chance of a studentized range of at most {@code range}. */
    double cumulativeProbability(double range) {
        if (range <= 0) {
            return 0;
        }
        double sum = 0;
        for (Node deviation : deviations) {
            sum += deviation.weight * rangeOfNormals(range * deviation.at);
        }
        return Math.min(1, sum);
    }

    private double rangeOfNormals(double range) {
        double sum = 0;
        for (Node mean : means) {
            sum += mean.weight * Math.pow(mean.cumulative - NORMAL.cumulativeProbability(mean.at - range), groups - 1);
        }
        return sum;
    }

    /** The chance of a larger one. */
    double upperTail(double range) {
        return Math.max(0, 1 - cumulativeProbability(range));
    }

    double inverseCumulativeProbability(double probability) {
        return new BrentSolver(ACCURACY).solve(200, range -> cumulativeProbability(range) - probability, 0, LARGEST_QUANTILE, 4);
    }
}
