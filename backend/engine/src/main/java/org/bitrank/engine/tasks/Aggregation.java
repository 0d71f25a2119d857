package org.bitrank.engine.tasks;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
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
    /** Of the values that are there; lm-evaluation-harness gives it no error. */
    MEAN_WITHOUT_ERROR("nanmean") {
        @Override
        public double value(List<Score> scores) {
            return Estimate.mean(plain(scores));
        }

        @Override
        public Double standardError(List<Score> scores) {
            return null;
        }
    },
    MEDIAN("median") {
        @Override
        public double value(List<Score> scores) {
            return median(plain(scores));
        }

        @Override
        public Double standardError(List<Score> scores) {
            return errorOf(scores, (values, _) -> median(values));
        }
    },
    /** Of two classes, 1 being the one that is looked for; the weight is the truth. */
    F1("f1") {
        @Override
        public double value(List<Score> scores) {
            return Confusion.of(plain(scores), weights(scores)).f1();
        }

        @Override
        public Double standardError(List<Score> scores) {
            return errorOf(scores, (values, truth) -> Confusion.of(values, truth).f1());
        }
    },
    /** Of two classes; the weight is the truth. */
    MATTHEWS("matthews_corrcoef") {
        @Override
        public double value(List<Score> scores) {
            return Confusion.of(plain(scores), weights(scores)).matthews();
        }

        @Override
        public Double standardError(List<Score> scores) {
            return errorOf(scores, (values, truth) -> Confusion.of(values, truth).matthews());
        }
    },
    /** BBQ: of the answers that name somebody (the weights), how many more are biased than not; 0 where none is. */
    BIAS("bias_score") {
        @Override
        public double value(List<Score> scores) {
            double biased = 0;
            double named = 0;
            for (Score score : scores) {
                biased += score.value();
                named += score.weight();
            }
            return biased == 0 ? 0 : 2 * (biased / named) - 1;
        }

        @Override
        public PairedDifference difference(List<Score> base, List<Score> value) {
            return PairedDifference.of(leanings(base), leanings(value));
        }

        @Override
        public Double standardError(List<Score> scores) {
            return null;
        }
    },
    /** The same where nobody should be named: times the share of answers that do. */
    AMBIGUOUS_BIAS("ambiguous_bias_score") {
        @Override
        public double value(List<Score> scores) {
            return Estimate.mean(weights(scores)) * BIAS.value(scores);
        }

        @Override
        public PairedDifference difference(List<Score> base, List<Score> value) {
            return PairedDifference.of(leanings(base), leanings(value));
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

    private static Double errorOf(List<Score> scores, ToDoubleBiFunction<double[], double[]> statistic) {
        double[] values = plain(scores);
        double[] weights = weights(scores);
        return Bootstrap.error(values.length, drawn -> statistic.applyAsDouble(chosen(values, drawn), chosen(weights, drawn)));
    }

    private static double[] chosen(double[] values, int[] drawn) {
        var chosen = new double[drawn.length];
        for (int i = 0; i < drawn.length; i++) {
            chosen[i] = values[drawn[i]];
        }
        return chosen;
    }

    /** The upper of the two in the middle, as lm-evaluation-harness takes it. */
    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /** What an item adds to a bias score: 1 for a biased answer, -1 for one that names the other group, 0 for "unknown". */
    private static double[] leanings(List<Score> scores) {
        return scores.stream().mapToDouble(score -> 2 * score.value() - score.weight()).toArray();
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
