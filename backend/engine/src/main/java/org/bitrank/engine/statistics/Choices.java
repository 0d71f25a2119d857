package org.bitrank.engine.statistics;

/** The probabilities that a model gives to the choices of a question. */
public final class Choices {
    private Choices() {}

    /** From the choices' log-likelihoods, as if there were no other answers. */
    public static double[] probabilities(double[] logLikelihoods) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logLikelihood : logLikelihoods) {
            largest = Math.max(largest, logLikelihood);
        }
        var probabilities = new double[logLikelihoods.length];
        double sum = 0;
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] = Math.exp(logLikelihoods[i] - largest);
            sum += probabilities[i];
        }
        for (int i = 0; i < probabilities.length; i++) {
            probabilities[i] /= sum;
        }
        return probabilities;
    }

    /** The likeliest, the first among equals. */
    public static int likeliest(double[] values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            if (values[i] > values[best]) {
                best = i;
            }
        }
        return best;
    }

    /** Brier's score of one question: squared distance between the probabilities and the truth, 0 to 2. */
    public static double brier(double[] probabilities, int truth) {
        double squares = 0;
        for (int i = 0; i < probabilities.length; i++) {
            double distance = probabilities[i] - (i == truth ? 1 : 0);
            squares += distance * distance;
        }
        return squares;
    }
}
