package org.bitrank.service.result;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.bitrank.engine.statistics.Estimate;
import org.bitrank.engine.statistics.PairedDifference;

/**
 * Rows that differ in nothing but the seed of their calibration: what their numbers differ by is the noise of the method.
 *
 * @param rows from the first measured
 * @param spreads of each score that all of them have
 */
public record Repeats(List<Repeat> rows, List<Spread> spreads) {
    private static final double NORMAL_QUANTILE = 1.96;
    /** Keeps what belongs together in one line, and in one word. */
    private static final char FIXED_BLANK = '\u00a0';

    /** @param id of the row */
    public record Repeat(long id, long seed) {}

    /**
     * One score over the rows.
     *
     * @param values in the order of the rows
     * @param deviation sample deviation (n − 1) of the values
     * @param low lower end of the mean's 95 % interval over seeds (Student's t)
     * @param high upper end
     */
    public record Spread(
            String task, String metric, String filter, boolean main, List<Double> values, double mean, double deviation, double low,
            double high) {}

    static List<Spread> spreads(List<ResultRow> rows) {
        var spreads = new ArrayList<Spread>();
        for (Score score : rows.getFirst().scores()) {
            List<Score> all = sameScores(score, rows);
            if (all.size() == rows.size() && all.stream().allMatch(one -> one.value() != null)) {
                double[] values = all.stream().mapToDouble(Score::value).toArray();
                PairedDifference mean = PairedDifference.of(new double[values.length], values);
                spreads.add(new Spread(
                        score.task(), score.metric(), score.filter(), score.main(), all.stream().map(Score::value).toList(),
                        mean.difference(), Estimate.sampleDeviation(values), mean.low(), mean.high()));
            }
        }
        return List.copyOf(spreads);
    }

    private static List<Score> sameScores(Score score, List<ResultRow> rows) {
        var same = new ArrayList<Score>();
        for (ResultRow row : rows) {
            for (Score other : row.scores()) {
                if (other.key().equals(score.key()) && other.filter().equals(score.filter())) {
                    same.add(other);
                }
            }
        }
        return same;
    }

    /**
     * The same rows with one in place of all that share a key: the first of them with the mean of every number.
     *
     * @param keys of rows that have one
     */
    public static List<ResultRow> joined(List<ResultRow> rows, Map<Long, String> keys) {
        var groups = new LinkedHashMap<Object, List<ResultRow>>();
        for (ResultRow row : rows) {
            Object key = keys.get(row.id());
            groups.computeIfAbsent(key == null ? row.id() : key, any -> new ArrayList<>()).add(row);
        }
        var joined = new ArrayList<ResultRow>(groups.size());
        groups.values().forEach(group -> joined.add(group.size() == 1 ? group.getFirst() : join(group)));
        return joined;
    }

    private static ResultRow join(List<ResultRow> rows) {
        ResultRow first = rows.getFirst();
        var scores = new ArrayList<Score>();
        for (Score score : first.scores()) {
            List<Score> same = sameScores(score, rows);
            if (same.size() == rows.size()) {
                scores.add(join(score, same));
            }
        }
        String seeds = seeds(rows);
        return new ResultRow(
                first.id(), first.provenance(), first.createdAt(), first.model(), first.method(), first.label() + " · " + seeds, first.bits(),
                first.activationBits(), first.groupSize(), first.symmetric(), first.unquantized(), first.suite(), first.format(),
                first.protocolKey(), first.protocolLine(), first.baseRowId(), mean(rows.stream().map(ResultRow::divergence).toList()),
                mean(rows.stream().map(ResultRow::topAgreement).toList()), first.effectiveBits(), first.bytes(),
                mean(rows.stream().map(ResultRow::prefillRate).toList()), mean(rows.stream().map(ResultRow::decodeRate).toList()),
                first.peakMemory(), mean(rows.stream().map(ResultRow::quantizeSeconds).toList()), first.backend(), first.device(),
                first.artifactSha256(), first.study(), first.source(), first.towers(), first.naming() == null ? null : first.naming().with(seeds), first.pictures(),
                List.copyOf(scores));
    }

    /** Their number, and the deviation of what the rows lose. */
    private static String seeds(List<ResultRow> rows) {
        var seeds = new StringBuilder().append(rows.size()).append(FIXED_BLANK).append("seeds");
        List<Difference> differences = rows.stream().map(ResultRow::difference).filter(Objects::nonNull).toList();
        if (differences.size() == rows.size()) {
            double deviation = Estimate.sampleDeviation(differences.stream().mapToDouble(Difference::loss).toArray());
            seeds.append(FIXED_BLANK).append(String.format(Locale.ROOT, "±%.2g", deviation));
            seeds.append(FIXED_BLANK).append(differences.getFirst().unit());
        }
        return seeds.toString();
    }

    /** Every seed meets the same items, so that items' errors do not shrink with the number of seeds; the seeds' own does. */
    private static Score join(Score first, List<Score> scores) {
        Double value = mean(scores.stream().map(Score::value).toList());
        Double difference = mean(scores.stream().map(Score::difference).toList());
        Double error = error(scores.stream().map(Score::value).toList(), scores.stream().map(Score::stderr).toList());
        Double spread = error(scores.stream().map(Score::difference).toList(), scores.stream().map(Repeats::errorOfDifference).toList());
        return new Score(
                first.task(), first.metric(), first.filter(), value, null, error, first.higherIsBetter(), first.main(), first.base(),
                difference, spread == null ? null : (Double) (difference - NORMAL_QUANTILE * spread),
                spread == null ? null : (Double) (difference + NORMAL_QUANTILE * spread),
                mean(scores.stream().map(Score::recovery).toList()), first.caveats());
    }

    private static Double errorOfDifference(Score score) {
        return score.low() == null || score.high() == null ? null : (Double) ((score.high() - score.low()) / (2 * NORMAL_QUANTILE));
    }

    private static Double error(List<Double> values, List<Double> errors) {
        if (values.contains(null) || errors.contains(null)) {
            return null;
        }
        double squares = 0;
        for (double error : errors) {
            squares += error * error;
        }
        double between = Estimate.sampleDeviation(values.stream().mapToDouble(Double::doubleValue).toArray());
        return Math.sqrt((squares + between * between) / values.size());
    }

    private static Double mean(List<Double> values) {
        return values.contains(null) ? null : (Double) Estimate.mean(values.stream().mapToDouble(Double::doubleValue).toArray());
    }
}
