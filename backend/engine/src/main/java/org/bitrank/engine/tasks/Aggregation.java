package org.bitrank.engine.tasks;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.bitrank.engine.statistics.Bootstrap;
import org.bitrank.engine.statistics.Estimate;
import org.bitrank.engine.statistics.PairedDifference;

/** From the scores of all items to one number, its standard error, and its difference from a base. */
public enum Aggregation {
    MEAN("mean", Aggregation::mean, Aggregation::meansError),
    /** The mean of squared distances between probabilities and truth; lm-evaluation-harness gives it no error. */
    BRIER("brier_score", Aggregation::mean, Aggregation::none),
    /** Of the values that are there; lm-evaluation-harness gives it no error. */
    MEAN_WITHOUT_ERROR("nanmean", Aggregation::mean, Aggregation::none),
    MEDIAN("median", scores -> median(plain(scores)), scores -> errorOf(scores, (values, _) -> median(values))),
    /** Of two classes, 1 being the one that is looked for; the weight is the truth. */
    F1(
            "f1",
            scores -> Confusion.of(plain(scores), weights(scores)).f1(),
            scores -> errorOf(scores, (values, truth) -> Confusion.of(values, truth).f1()),
            (base, value) -> PairedDifference.of(ClassRatios.F1.parts(base), ClassRatios.F1.parts(value))),
    /** {@link #F1} with the error of a ratio (delta method) in place of a bootstrap's, which takes seconds for thousands of items. */
    F1_RATIO("f1_ratio", ClassRatios.F1),
    /** Of what was said to be 1, the share that is; the weight is the truth. */
    PRECISION("precision", ClassRatios.PRECISION),
    /** Of what is 1, the share that was said to be; the weight is the truth. */
    RECALL("recall", ClassRatios.RECALL),
    /** Of two classes; the weight is the truth. */
    MATTHEWS(
            "matthews_corrcoef",
            scores -> Confusion.of(plain(scores), weights(scores)).matthews(),
            scores -> errorOf(scores, (values, truth) -> Confusion.of(values, truth).matthews())),
    /** The share of groups of items that are right in all their items. */
    ALL_OF_GROUP("all_of_group", Aggregation::mean, Aggregation::meansError),
    /**
     * MME's points: of every category (the group's name up to the first slash) the mean over its groups of 100 times the share of
     * items that are right, and 100 more where all are; then the categories' sum. Each group's value is scaled so that the mean over
     * all groups is that sum.
     */
    POINTS_BY_CATEGORY("points_by_category", Aggregation::mean, Aggregation::errorOfSum),
    /** BBQ: of the answers that name somebody (the weights), how many more are biased than not; 0 where none is. */
    BIAS("bias_score", Aggregation::bias, Aggregation::none, (base, value) -> PairedDifference.of(leanings(base), leanings(value))),
    /** The same where nobody should be named: times the share of answers that do. */
    AMBIGUOUS_BIAS(
            "ambiguous_bias_score",
            scores -> Estimate.mean(weights(scores)) * bias(scores),
            Aggregation::none,
            (base, value) -> PairedDifference.of(leanings(base), leanings(value))),
    PERPLEXITY(
            "perplexity",
            scores -> Math.exp(-mean(scores)),
            scores -> Bootstrap.perplexityError(plain(scores)),
            (base, value) -> PairedDifference.of(negative(plain(base)), negative(plain(value)))),
    WEIGHTED_PERPLEXITY(
            "weighted_perplexity",
            scores -> Math.exp(-weightedMean(scores)),
            Aggregation::none,
            (base, value) -> PairedDifference.ofRatios(negative(plain(base)), negative(plain(value)), weights(base))),
    BITS_PER_BYTE(
            "bits_per_byte",
            scores -> -weightedMean(scores) / Math.log(2),
            Aggregation::none,
            (base, value) -> PairedDifference.ofRatios(inBits(base), inBits(value), weights(base))),
    /** Of windows of the same length, each with its mean negative log-likelihood; the error is the mean's, carried through exp. */
    WINDOW_PERPLEXITY("window_perplexity", scores -> Math.exp(mean(scores)), scores -> {
        Double error = meansError(scores);
        return error == null ? null : (Double) (Math.exp(mean(scores)) * error);
    });

    private final String label;
    private final ToDoubleFunction<List<Score>> value;
    private final Function<List<Score>, Double> standardError;
    private final BiFunction<List<Score>, List<Score>, PairedDifference> difference;

    Aggregation(String label, ClassRatios ratio) {
        this(
                label,
                ratio::of,
                scores -> Estimate.standardError(ratio.parts(scores)),
                (base, value) -> PairedDifference.of(ratio.parts(base), ratio.parts(value)));
    }

    Aggregation(String label, ToDoubleFunction<List<Score>> value, Function<List<Score>, Double> standardError) {
        this(label, value, standardError, (base, other) -> PairedDifference.of(plain(base), plain(other)));
    }

    Aggregation(
            String label,
            ToDoubleFunction<List<Score>> value,
            Function<List<Score>, Double> standardError,
            BiFunction<List<Score>, List<Score>, PairedDifference> difference) {
        this.label = label;
        this.value = value;
        this.standardError = standardError;
        this.difference = difference;
    }

    public double value(List<Score> scores) {
        return value.applyAsDouble(scores);
    }

    /** As lm-evaluation-harness computes it; null where it has none, or where one item tells nothing. */
    public Double standardError(List<Score> scores) {
        return standardError.apply(scores);
    }

    /**
     * The same items under two models. For perplexities the difference is that of mean negative log-likelihoods, in nats a
     * token (item, word, byte), which adds up where perplexities do not.
     */
    public PairedDifference difference(List<Score> base, List<Score> value) {
        return difference.apply(base, value);
    }

    /** Whether {@link GroupedScores} forms it before it is aggregated. */
    public boolean isOverGroups() {
        return this == ALL_OF_GROUP || this == POINTS_BY_CATEGORY;
    }

    /** Whether it is a plain mean of independent values. */
    public boolean isMean() {
        return this == MEAN || this == ALL_OF_GROUP;
    }

    /** One score for each group, from the values of its items. */
    Map<String, Score> settled(Map<String, List<Double>> groups) {
        return switch (this) {
            case ALL_OF_GROUP -> allRight(groups);
            case POINTS_BY_CATEGORY -> points(groups);
            default -> throw new IllegalStateException(label + " is not formed over groups");
        };
    }

    @Override
    public String toString() {
        return label;
    }

    private static Map<String, Score> allRight(Map<String, List<Double>> groups) {
        var settled = new HashMap<String, Score>();
        groups.forEach((group, values) -> settled.put(group, Score.of(values.stream().allMatch(one -> one == 1) ? 1 : 0)));
        return settled;
    }

    private static Map<String, Score> points(Map<String, List<Double>> groups) {
        Map<String, Long> sizes = groups.keySet().stream().collect(Collectors.groupingBy(Aggregation::category, Collectors.counting()));
        var settled = new HashMap<String, Score>();
        groups.forEach((group, values) -> {
            double share = values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
            double points = 100 * share + (share == 1 ? 100 : 0);
            String category = category(group);
            settled.put(group, Score.inGroup(points * groups.size() / sizes.get(category), category));
        });
        return settled;
    }

    private static String category(String group) {
        int slash = group.indexOf('/');
        return slash < 0 ? group : group.substring(0, slash);
    }

    /** Of the sum of the categories' means, which are independent. */
    private static Double errorOfSum(List<Score> scores) {
        double variance = 0;
        for (List<Score> category : scores.stream().collect(Collectors.groupingBy(Score::group)).values()) {
            Double error = meansError(category);
            if (error == null) {
                return null;
            }
            double scale = (double) category.size() / scores.size();
            variance += error * error * scale * scale;
        }
        return Math.sqrt(variance);
    }

    private static double mean(List<Score> scores) {
        return Estimate.mean(plain(scores));
    }

    private static Double meansError(List<Score> scores) {
        return Estimate.standardError(plain(scores));
    }

    private static Double none(List<Score> scores) {
        return null;
    }

    private static double bias(List<Score> scores) {
        double biased = 0;
        double named = 0;
        for (Score score : scores) {
            biased += score.value();
            named += score.weight();
        }
        return biased == 0 ? 0 : 2 * (biased / named) - 1;
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
