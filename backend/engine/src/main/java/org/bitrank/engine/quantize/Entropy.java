package org.bitrank.engine.quantize;

/** Shannon entropy, in bits, of the codes of a group of a given size. */
final class Entropy {
    private final double[] terms;

    Entropy(int size) {
        terms = new double[size + 1];
        for (int count = 1; count <= size; count++) {
            double share = (double) count / size;
            terms[count] = -share * Math.log(share) / Math.log(2);
        }
    }

    /** @param counts how often each code occurs */
    double of(int[] counts) {
        double sum = 0;
        for (int count : counts) {
            sum += terms[count];
        }
        return sum;
    }
}
