package org.bitrank.engine.gguf;

/** The number of a run that is farthest from zero. */
final class Extremes {
    private Extremes() {}

    /** With its sign; of several the first. */
    static float signed(float[] values, int from, int count) {
        float largest = 0;
        float found = 0;
        for (int i = from; i < from + count; i++) {
            float magnitude = Math.abs(values[i]);
            if (magnitude > largest) {
                largest = magnitude;
                found = values[i];
            }
        }
        return found;
    }
}
