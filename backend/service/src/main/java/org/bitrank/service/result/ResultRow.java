package org.bitrank.service.result;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.bitrank.engine.quantize.recipe.RecipeLabel;

/**
 * A row as boards show it. What only a row's own page shows is in {@link RowDetail}.
 *
 * @param method {@code none} for an unquantized model
 * @param label the row's name for people: {@code GPTQ 4-bit g64, act-order}
 * @param bits the number in the name; null where a publication gives none
 * @param activationBits null where activations are not quantized
 * @param groupSize 0 means per channel; null where there is none
 * @param symmetric null where unknown or meaningless
 * @param protocolKey rows with the same model and key were measured in exactly the same way
 * @param protocolLine the protocol in words
 * @param baseRowId the unquantized model measured in exactly this way; null as long as it was not, and for published rows
 * @param divergence mean KL(base || row), nats a token
 * @param topAgreement share of positions at which the base's likeliest token is also the row's
 * @param effectiveBits bits a quantized weight takes in the file, scales and zero points counted
 * @param bytes size of the artifact's weights
 * @param prefillRate tokens a second
 * @param decodeRate tokens a second
 * @param study id of the published study; null when measured
 * @param source citation of the place where a published number stands
 * @param naming what the label of a recipe is made of; null where somebody gave the row its name: of bases, checkpoints and publications
 * @param towers which parts of a vision-language model are quantized, {@code language + vision}; null for a model of text alone,
 *     for one that is not quantized, and for published rows
 * @param pictures whether some of its tasks show pictures: text alone does not tell then what was lost
 */
public record ResultRow(
        long id,
        Provenance provenance,
        Instant createdAt,
        String model,
        String method,
        String label,
        Double bits,
        Double activationBits,
        Integer groupSize,
        Boolean symmetric,
        boolean unquantized,
        String suite,
        String format,
        String protocolKey,
        String protocolLine,
        Long baseRowId,
        Double divergence,
        Double topAgreement,
        Double effectiveBits,
        Long bytes,
        Double prefillRate,
        Double decodeRate,
        Long peakMemory,
        Double quantizeSeconds,
        String backend,
        String device,
        String artifactSha256,
        String study,
        String source,
        String towers,
        RecipeLabel naming,
        boolean pictures,
        List<Score> scores) {
    /** A row of text tasks, without towers, that no recipe has named. */
    public ResultRow(
            long id, Provenance provenance, Instant createdAt, String model, String method, String label, Double bits, Double activationBits,
            Integer groupSize, Boolean symmetric, boolean unquantized, String suite, String format, String protocolKey, String protocolLine,
            Long baseRowId, Double divergence, Double topAgreement, Double effectiveBits, Long bytes, Double prefillRate, Double decodeRate,
            Long peakMemory, Double quantizeSeconds, String backend, String device, String artifactSha256, String study, String source,
            List<Score> scores) {
        this(id, provenance, createdAt, model, method, label, bits, activationBits, groupSize, symmetric, unquantized, suite, format,
                protocolKey, protocolLine, baseRowId, divergence, topAgreement, effectiveBits, bytes, prefillRate, decodeRate, peakMemory,
                quantizeSeconds, backend, device, artifactSha256, study, source, null, null, false, scores);
    }

    /** The same row beside its base. */
    public ResultRow withBase(Long base) {
        return new ResultRow(
                id, provenance, createdAt, model, method, label, bits, activationBits, groupSize, symmetric, unquantized,
                suite, format, protocolKey, protocolLine, base, divergence, topAgreement, effectiveBits, bytes,
                prefillRate, decodeRate, peakMemory, quantizeSeconds, backend, device, artifactSha256, study, source,
                towers, naming, pictures, scores);
    }

    /** The same row as if only these tasks had been measured. */
    public ResultRow ofTasks(Set<String> tasks) {
        return new ResultRow(
                id, provenance, createdAt, model, method, label, bits, activationBits, groupSize, symmetric, unquantized,
                suite, format, protocolKey, protocolLine, baseRowId, divergence, topAgreement, effectiveBits, bytes,
                prefillRate, decodeRate, peakMemory, quantizeSeconds, backend, device, artifactSha256, study, source,
                towers, naming, pictures, scores.stream().filter(score -> tasks.contains(score.task())).toList());
    }

    public Score score(String key) {
        for (Score score : scores) {
            if (score.key().equals(key)) {
                return score;
            }
        }
        return null;
    }

    /** The headline metrics, one a task. */
    public List<Score> mainScores() {
        var main = new ArrayList<Score>();
        for (Score score : scores) {
            if (score.main()) {
                main.add(score);
            }
        }
        return main;
    }

    /** The first perplexity, which boards lead with; null where the suite has none. */
    public Score perplexity() {
        for (Score score : scores) {
            if (score.main() && score.perplexity()) {
                return score;
            }
        }
        return null;
    }

    /** Whether a score goes into means over tasks. What is measured in points of its own, as MME is, does not. */
    private boolean averaged(Score score) {
        return score.main() && !score.perplexity() && score.higherIsBetter() && (provenance == Provenance.PUBLISHED || score.share());
    }

    /** Mean of the headline accuracies (shares of 1, or percent in publications); null without any. */
    public Double accuracy() {
        double sum = 0;
        int count = 0;
        for (Score score : scores) {
            if (averaged(score)) {
                if (score.value() == null) {
                    return null;
                }
                sum += score.value();
                count++;
            }
        }
        return count == 0 ? null : sum / count;
    }

    /** Mean accuracy as a percentage of the base's; without accuracies, the base's perplexity as a percentage of ours. */
    public Double recovery() {
        double value = 0;
        double base = 0;
        for (Score score : scores) {
            if (averaged(score) && score.base() != null) {
                value += score.value();
                base += score.base();
            }
        }
        if (base > 0) {
            return 100 * value / base;
        }
        Score perplexity = perplexity();
        if (perplexity != null && perplexity.base() != null && perplexity.value() != null) {
            return 100 * perplexity.base() / perplexity.value();
        }
        return null;
    }

    /**
     * Whether perplexity, and what else is measured on text alone, speaks for the row as a whole: not where others of its tasks
     * show pictures, of which a text's perplexity sees nothing.
     */
    public boolean textSpeaks() {
        return !pictures || mainScores().stream().allMatch(Score::perplexity);
    }

    /**
     * What the row loses: by perplexity in nats a token where {@linkplain #textSpeaks() text speaks for it}, else by mean accuracy in
     * points. Null without a comparison. Intervals of several accuracies are joined as those of independent means.
     */
    public Difference difference() {
        Score perplexity = textSpeaks() ? perplexity() : null;
        if (perplexity != null && perplexity.difference() != null) {
            return new Difference(perplexity.difference(), perplexity.low(), perplexity.high(), "nats/token");
        }
        double sum = 0;
        double variance = 0;
        boolean spread = true;
        int count = 0;
        for (Score score : scores) {
            if (averaged(score) && score.difference() != null) {
                sum -= score.difference();
                count++;
                if (score.low() == null || score.high() == null) {
                    spread = false;
                } else {
                    double half = (score.high() - score.low()) / 2;
                    variance += half * half;
                }
            }
        }
        if (count == 0) {
            return null;
        }
        double loss = 100 * sum / count;
        double half = 100 * Math.sqrt(variance) / count;
        return new Difference(loss, spread ? loss - half : null, spread ? loss + half : null, "points");
    }
}
