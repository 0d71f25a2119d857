package org.bitrank.engine.statistics;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.RealMatrix;
import org.hipparchus.linear.SingularValueDecomposition;

/**
 * Least squares on coded factors. Factors that cannot be told apart (a method that only ever came with one group size) make
 * columns dependent; the singular values tell, and what cannot be estimated is not.
 */
final class LinearModel {
    private static final double DEPENDENT = 1e-9;

    /** Factors by number: one for a main effect, two for an interaction. */
    record Term(List<Integer> factors) {
        boolean contains(Term other) {
            return factors.containsAll(other.factors);
        }
    }

    private final List<Factor> factors;
    private final List<Term> terms;
    private final int[] starts;
    private final SingularValueDecomposition decomposition;
    private final int rank;
    private final double[] residuals;
    private final double[] coefficients;

    LinearModel(double[] values, List<Factor> factors, List<Term> terms) {
        this.factors = factors;
        this.terms = terms;
        starts = new int[terms.size() + 1];
        starts[0] = 1;
        for (int i = 0; i < terms.size(); i++) {
            int width = 1;
            for (int factor : terms.get(i).factors) {
                width *= factors.get(factor).levels().size() - 1;
            }
            starts[i + 1] = starts[i] + width;
        }
        var design = new double[values.length][];
        for (int i = 0; i < values.length; i++) {
            design[i] = row(i);
        }
        var matrix = new Array2DRowRealMatrix(design, false);
        decomposition = new SingularValueDecomposition(matrix);
        double[] singular = decomposition.getSingularValues();
        int independent = 0;
        while (independent < singular.length && singular[independent] > DEPENDENT * singular[0]) {
            independent++;
        }
        rank = independent;
        double[] projections = decomposition.getU().preMultiply(values);
        var scaled = new double[singular.length];
        for (int i = 0; i < rank; i++) {
            scaled[i] = projections[i] / singular[i];
        }
        coefficients = decomposition.getV().operate(scaled);
        double[] fitted = matrix.operate(coefficients);
        residuals = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            residuals[i] = values[i] - fitted[i];
        }
    }

    private double[] row(int observation) {
        var row = new double[starts[terms.size()]];
        row[0] = 1;
        for (int i = 0; i < terms.size(); i++) {
            double[] columns = {1};
            for (int factor : terms.get(i).factors) {
                columns = products(columns, factors.get(factor).code(factors.get(factor).level(observation)));
            }
            System.arraycopy(columns, 0, row, starts[i], columns.length);
        }
        return row;
    }

    private static double[] products(double[] one, double[] two) {
        var products = new double[one.length * two.length];
        for (int i = 0; i < one.length; i++) {
            for (int j = 0; j < two.length; j++) {
                products[i * two.length + j] = one[i] * two[j];
            }
        }
        return products;
    }

    int rank() {
        return rank;
    }

    double[] residuals() {
        return residuals;
    }

    double residualSquares() {
        double squares = 0;
        for (double residual : residuals) {
            squares += residual * residual;
        }
        return squares;
    }

    int residualFreedom() {
        return residuals.length - rank;
    }

    /** A difference of two levels' marginal means, and what its variance is a multiple of the error variance by; null where the design does not tell. */
    Contrast contrast(int factor, int level, int other) {
        int term = terms.indexOf(new Term(List.of(factor)));
        var weights = new double[coefficients.length];
        double[] one = factors.get(factor).code(level);
        double[] two = factors.get(factor).code(other);
        for (int i = 0; i < one.length; i++) {
            weights[starts[term] + i] = one[i] - two[i];
        }
        RealMatrix directions = decomposition.getV();
        double[] along = directions.preMultiply(weights);
        double[] singular = decomposition.getSingularValues();
        double difference = 0;
        double variance = 0;
        double length = 0;
        double outside = 0;
        for (int i = 0; i < weights.length; i++) {
            difference += weights[i] * coefficients[i];
            length += weights[i] * weights[i];
        }
        for (int i = 0; i < along.length; i++) {
            if (i < rank) {
                variance += along[i] * along[i] / (singular[i] * singular[i]);
            } else {
                outside += along[i] * along[i];
            }
        }
        return outside > DEPENDENT * length ? null : new Contrast(difference, variance);
    }

    record Contrast(double difference, double variance) {}

    static List<Term> mainEffects(int factors) {
        var terms = new ArrayList<Term>();
        for (int i = 0; i < factors; i++) {
            terms.add(new Term(List.of(i)));
        }
        return terms;
    }

    static List<Term> withPairs(int factors) {
        List<Term> terms = mainEffects(factors);
        for (int i = 0; i < factors; i++) {
            for (int j = i + 1; j < factors; j++) {
                terms.add(new Term(List.of(i, j)));
            }
        }
        return terms;
    }
}
