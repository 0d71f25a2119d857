package org.bitrank.kernels.cpu;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.bitrank.kernels.Distributions;

/** The softmax of one row of logits, kept as the logits and the logarithm of their sum of exponentials. */
record ReferenceDistribution(float[] logits, double logSumExp) {
    static ReferenceDistribution of(float[] logits) {
        double max = logits[likeliest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return new ReferenceDistribution(logits, max + Math.log(sum));
    }

    double logProb(int token) {
        return logits[token] - logSumExp;
    }

    /** The likeliest token, the lowest id among equals. */
    int argmax() {
        return likeliest(logits);
    }

    /** KL(this || other) in nats. */
    double divergence(ReferenceDistribution other) {
        double sum = 0;
        for (int i = 0; i < logits.length; i++) {
            sum += Math.exp(logProb(i)) * (logProb(i) - other.logProb(i));
        }
        return Math.max(0, sum);
    }

    /** How many of the likeliest tokens are among the other's, too. */
    int topShared(ReferenceDistribution other) {
        List<Integer> theirs = other.top();
        return (int) top().stream().filter(theirs::contains).count();
    }

    private List<Integer> top() {
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble(token -> -logits[token]))
                .limit(Distributions.TOP)
                .toList();
    }

    private static int likeliest(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }
}
