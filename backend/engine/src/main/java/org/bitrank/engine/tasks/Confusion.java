package org.bitrank.engine.tasks;

/** How often two classes, 1 and any other, were told apart. What is below 0 is no class: wrong, but no miss. */
record Confusion(double hits, double falseAlarms, double misses, double rejections) {
    static Confusion of(double[] predicted, double[] truth) {
        double hits = 0;
        double falseAlarms = 0;
        double misses = 0;
        double rejections = 0;
        for (int i = 0; i < predicted.length; i++) {
            boolean said = predicted[i] == 1;
            if (truth[i] == 1) {
                hits += said ? 1 : 0;
                misses += isMiss(predicted[i], truth[i]) ? 1 : 0;
            } else {
                falseAlarms += said ? 1 : 0;
                rejections += said ? 0 : 1;
            }
        }
        return new Confusion(hits, falseAlarms, misses, rejections);
    }

    static boolean isMiss(double predicted, double truth) {
        return truth == 1 && predicted != 1 && predicted >= 0;
    }

    double f1() {
        double all = 2 * hits + falseAlarms + misses;
        return all == 0 ? 0 : 2 * hits / all;
    }

    double matthews() {
        double product = (hits + falseAlarms) * (hits + misses) * (rejections + falseAlarms) * (rejections + misses);
        return product == 0 ? 0 : (hits * rejections - falseAlarms * misses) / Math.sqrt(product);
    }
}
