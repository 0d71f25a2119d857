package org.bitrank.engine.statistics;

import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.distribution.continuous.FDistribution;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.optim.MaxEval;
import org.hipparchus.optim.nonlinear.scalar.GoalType;
import org.hipparchus.optim.univariate.BrentOptimizer;
import org.hipparchus.optim.univariate.SearchInterval;
import org.hipparchus.optim.univariate.UnivariateObjectiveFunction;

/**
 * Quality against size: {@code limit + factor · (size ⁄ unit)^−exponent} by least squares. For a given exponent the other two
 * are a straight line, so that only the exponent is searched for.
 *
 * @param limit what is approached with growing size
 * @param factor distance from the limit at a size of one unit; positive where the value falls with size
 * @param exponent how fast, {@value #SLOWEST} to {@value #FASTEST}
 * @param unit the sizes' geometric mean, so that the factor does not depend on how sizes are counted
 * @param limitInterval profile interval of the limit, 95 %; an end is infinite where the points don't bound it, unknown with three points
 * @param exponentInterval profile interval of the exponent, its ends within the searched range
 * @param residualSquares what the curve leaves
 * @param points how many sizes went in
 */
public record PowerLaw(
        double limit,
        double factor,
        double exponent,
        double unit,
        Interval limitInterval,
        Interval exponentInterval,
        double residualSquares,
        int points) {
    public static final double SLOWEST = 0.01;
    public static final double FASTEST = 10;

    private static final double CONFIDENCE = 0.95;
    private static final int PARAMETERS = 3;
    private static final int GRID = 60;
    private static final double FARTHEST = 1e3;

    /**
     * @param sizes positive, at least three different ones
     * @return null where the points are too few
     */
    public static PowerLaw fit(double[] sizes, double[] values) {
        if (java.util.Arrays.stream(sizes).distinct().count() < PARAMETERS) {
            return null;
        }
        double logarithms = 0;
        for (double size : sizes) {
            logarithms += Math.log(size);
        }
        double unit = Math.exp(logarithms / sizes.length);
        var fit = new Search(sizes, values, unit);
        double exponent = Math.exp(smallest(fit::squares));
        double[] line = fit.line(exponent);
        double squares = fit.squares(Math.log(exponent));
        Interval limits = Interval.UNKNOWN;
        Interval exponents = Interval.UNKNOWN;
        int freedom = sizes.length - PARAMETERS;
        if (freedom > 0) {
            double bound = squares * (1 + new FDistribution(1, freedom).inverseCumulativeProbability(CONFIDENCE) / freedom);
            exponents = fit.exponents(Math.log(exponent), bound);
            limits = fit.limits(line[0], bound);
        }
        return new PowerLaw(line[0], line[1], exponent, unit, limits, exponents, squares, sizes.length);
    }

    public double value(double size) {
        return limit + factor * Math.pow(size / unit, -exponent);
    }

    /** Where the curve lies at a size, 95 %, from the parameters' covariance at the optimum; unknown with three points. */
    public Interval band(double[] sizes, double size) {
        int freedom = points - PARAMETERS;
        if (freedom < 1) {
            return Interval.UNKNOWN;
        }
        var slopes = new Array2DRowRealMatrix(sizes.length, PARAMETERS);
        for (int i = 0; i < sizes.length; i++) {
            slopes.setRow(i, slopes(sizes[i]));
        }
        RealMatrix triangle = new QRDecomposition(slopes).getR().getSubMatrix(0, PARAMETERS - 1, 0, PARAMETERS - 1);
        double[] here = slopes(size);
        // The variance is here · (JᵀJ)⁻¹ · here with JᵀJ = RᵀR, so the squared length of R⁻ᵀ here.
        var solved = new double[PARAMETERS];
        double variance = 0;
        for (int i = 0; i < PARAMETERS; i++) {
            double left = here[i];
            for (int j = 0; j < i; j++) {
                left -= triangle.getEntry(j, i) * solved[j];
            }
            solved[i] = left / triangle.getEntry(i, i);
            variance += solved[i] * solved[i];
        }
        double half = new TDistribution(freedom).inverseCumulativeProbability((1 + CONFIDENCE) / 2)
                * Math.sqrt(variance * residualSquares / freedom);
        return new Interval(value(size) - half, value(size) + half);
    }

    private double[] slopes(double size) {
        double power = Math.pow(size / unit, -exponent);
        return new double[] {1, power, -factor * power * Math.log(size / unit)};
    }

    /** Over the exponent's logarithm: a grid first, as there may be several valleys, then Brent's search in the deepest. */
    private static double smallest(UnivariateFunction squares) {
        double low = Math.log(SLOWEST);
        double high = Math.log(FASTEST);
        double step = (high - low) / GRID;
        int best = 0;
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i <= GRID; i++) {
            double found = squares.value(low + i * step);
            if (found < least) {
                least = found;
                best = i;
            }
        }
        return new BrentOptimizer(1e-10, 1e-12)
                .optimize(new MaxEval(1000), new UnivariateObjectiveFunction(squares), GoalType.MINIMIZE,
                        new SearchInterval(Math.max(low, low + (best - 1) * step), Math.min(high, low + (best + 1) * step)))
                .getPoint();
    }

    private record Search(double[] sizes, double[] values, double unit) {
        private double[] powers(double exponent) {
            var powers = new double[sizes.length];
            for (int i = 0; i < powers.length; i++) {
                powers[i] = Math.pow(sizes[i] / unit, -exponent);
            }
            return powers;
        }

        /** Limit and factor that fit best with this exponent. */
        double[] line(double exponent) {
            double[] powers = powers(exponent);
            double mean = Estimate.mean(powers);
            double meanValue = Estimate.mean(values);
            double products = 0;
            double squares = 0;
            for (int i = 0; i < powers.length; i++) {
                products += (powers[i] - mean) * (values[i] - meanValue);
                squares += (powers[i] - mean) * (powers[i] - mean);
            }
            double factor = products / squares;
            return new double[] {meanValue - factor * mean, factor};
        }

        double squares(double logExponent) {
            double exponent = Math.exp(logExponent);
            double[] line = line(exponent);
            return squares(powers(exponent), line[0], line[1]);
        }

        private double squares(double[] powers, double limit, double factor) {
            double squares = 0;
            for (int i = 0; i < powers.length; i++) {
                double residual = values[i] - limit - factor * powers[i];
                squares += residual * residual;
            }
            return squares;
        }

        private double squaresWithLimit(double limit) {
            UnivariateFunction ofExponent = logExponent -> {
                double[] powers = powers(Math.exp(logExponent));
                double products = 0;
                double length = 0;
                for (int i = 0; i < powers.length; i++) {
                    products += powers[i] * (values[i] - limit);
                    length += powers[i] * powers[i];
                }
                return squares(powers, limit, products / length);
            };
            return ofExponent.value(smallest(ofExponent));
        }

        Interval exponents(double best, double bound) {
            double low = Math.log(SLOWEST);
            double high = Math.log(FASTEST);
            UnivariateFunction excess = logExponent -> squares(logExponent) - bound;
            return new Interval(
                    excess.value(low) <= 0 ? SLOWEST : Math.exp(root(excess, low, best)),
                    excess.value(high) <= 0 ? FASTEST : Math.exp(root(excess, best, high)));
        }

        Interval limits(double best, double bound) {
            UnivariateFunction excess = limit -> squaresWithLimit(limit) - bound;
            return new Interval(end(excess, best, -1), end(excess, best, 1));
        }

        private double end(UnivariateFunction excess, double best, int direction) {
            double range = java.util.Arrays.stream(values).max().orElseThrow() - java.util.Arrays.stream(values).min().orElseThrow();
            double inside = best;
            for (double step = range / 100; step <= FARTHEST * range; step *= 2) {
                double at = best + direction * step;
                if (excess.value(at) > 0) {
                    return root(excess, Math.min(inside, at), Math.max(inside, at));
                }
                inside = at;
            }
            return direction * Double.POSITIVE_INFINITY;
        }

        private static double root(UnivariateFunction excess, double low, double high) {
            return new BrentSolver(1e-10, 1e-12).solve(500, excess, low, high);
        }
    }
}
