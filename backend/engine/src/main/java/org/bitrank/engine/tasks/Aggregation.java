package org.bitrank.engine.tasks;

import java.util.List;
import org.bitrank.engine.statistics.Bootstrap;
import org.bitrank.engine.statistics.Estimate;
import org.bitrank.engine.statistics.PairedDifference;

/** From the scores of all items to one number, its standard error, and its difference from a base. */
public enum Aggregation {
    MEAN("mean") {
        @Override
        public double value(List<Score> scores) {
            return Estimate.mean(plain(scores));
        }

        @Override
        public Double standardError(List<Score> scores) {
            return Estimate.standardError(plain(scores));
        }
    },
    /** The mean of squared distances between probabilities and truth; lm-evaluation-harness gives it no error. */
    BRIER("brier_score") {
        @Override
        public double value(List<Score> scores) {
            return Estimate.mean(plain(scores));
        }

        @Override
        public Double standardError(List<Score> scores) {
            return null;
        }
    },
    PERPLEXITY("perplexity") {
        @Override
        public double value(List<Score> scores) {
            return Math.exp(-Estimate.mean(plain(scores)));
        }

        @Override
        public Double standardError(List<Score> scores) {
            return Bootstrap.perplexityError(plain(scores));
        }

        @Override
        public PairedDifference difference(List<Score> base, List<Score> value) {
            return PairedDifference.of(negative(plain(base)), negative(plain(value)));
        }
    },
    WEIGHTED_PERPLEXITY("weighted_perplexity") {
        @Override
        public double value(List<Score> scores) {
            return Math.exp(-weightedMean(scores));
        }

        @Override
        public Double standardError(List<Score> scores) {
            return null;
        }

        @Override
        public PairedDifference difference(List<Score> base, List<Score> value) {
            return PairedDifference.ofRatios(negative(plain(base)), negative(plain(value)), weights(base));
        }
    },
    BITS_PER_BYTE("bits_per_byte") {
        @Override
        public double value(List<Score> scores) {
            return -weightedMean(scores) / Math.log(2);
        }

        @Override
        public Double standardError(List<Score> scores) {
            return null;
        }

        @Override
        public PairedDifference difference(List<Score> base, List<Score> value) {
            return PairedDifference.ofRatios(inBits(base), inBits(value), weights(base));
        }
    },
    /** Of windows of the same length, each with its mean negative log-likelihood; the error is the mean's, carried through exp. */
    WINDOW_PERPLEXITY("window_perplexity") {
        @Override
        public double value(List<Score> scores) {
            return Math.exp(Estimate.mean(plain(scores)));
        }

        @Override
        public Double standardError(List<Score> scores) {
            Double error = Estimate.standardError(plain(scores));
            return error == null ? null : (Double) (value(scores) * error);
        }
    };

    private final String label;

    Aggregation(String label) {
        this.label = label;
    }

    public abstract double value(List<Score> scores);

    /** As lm-evaluation-harness computes it; null where it has none, or where one item tells nothing. */
    public abstract Double standardError(List<Score> scores);

    /**
     * The same items under two models. For perplexities the difference is that of mean negative log-likelihoods, in nats a
     * token (item, word, byte), which adds up where perplexities do not.
     */
    public PairedDifference difference(List<Score> base, List<Score> value) {
        return PairedDifference.of(plain(base), plain(value));
    }

    @Override
    public String toString() {
        return label;
    }

    private static double weightedMean(List<Score> scores) {
        double values = 0;
        double weights = 0;
        for (Score score : scores) {
            values += score.value();
            weights += score.weight();
        }
        return values / weights;
    }

    private static double[] plain(List<Score> scores) {
        return scores.stream().mapToDouble(Score::value).toArray();
    }

    private static double[] weights(List<Score> scores) {
        return scores.stream().mapToDouble(Score::weight).toArray();
    }

    private static double[] inBits(List<Score> scores) {
        return scores.stream().mapToDouble(score -> -score.value() / Math.log(2)).toArray();
    }

    private static double[] negative(double[] values) {
        var negative = new double[values.length];
        for (int i = 0; i < values.length; i++) {
            negative[i] = -values[i];
        }
        return negative;
    }
}
