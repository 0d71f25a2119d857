package org.bitrank.engine.model;

/**
 * How rotary frequencies are stretched beyond the length that a model was first trained on; named as in
 * {@code config.json}. All arithmetic is in float32 and in the order of transformers, since at position 8,000 the last
 * bit of a frequency is visible in the logits.
 */
public sealed interface RotaryScaling {
    /**
     * Angle a position for each pair of elements of a head.
     *
     * @param base {@code rope_theta}
     * @param size elements of a head
     * @param length tokens of the sequence so far; only some scalings look at it
     */
    float[] frequencies(double base, int size, int length);

    /** Factor on cosine and sine. */
    default float magnitude() {
        return 1;
    }

    /** Whether the frequencies of a token change with the length of its sequence. */
    default boolean dependsOnLength() {
        return false;
    }

    /** {@code base^(2i / size)}: the wavelength of pair i over 2 pi. */
    private static float[] powers(double base, int size) {
        var powers = new float[size / 2];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = (float) Math.pow((float) base, (float) (2 * i) / size);
        }
        return powers;
    }

    private static float[] plain(double base, int size) {
        float[] frequencies = powers(base, size);
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = 1 / frequencies[i];
        }
        return frequencies;
    }

    record Default() implements RotaryScaling {
        @Override
        public float[] frequencies(double base, int size, int length) {
            return plain(base, size);
        }
    }

    record Linear(double factor) implements RotaryScaling {
        @Override
        public float[] frequencies(double base, int size, int length) {
            float[] frequencies = plain(base, size);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] /= (float) factor;
            }
            return frequencies;
        }
    }

    /** NTK scaling: the base grows with the sequence once that is longer than {@code maxPositions}. */
    record Dynamic(double factor, int maxPositions) implements RotaryScaling {
        @Override
        public float[] frequencies(double base, int size, int length) {
            double stretch = factor * Math.max(length, maxPositions) / maxPositions - (factor - 1);
            return plain(base * Math.pow(stretch, size / (size - 2.0)), size);
        }

        @Override
        public boolean dependsOnLength() {
            return true;
        }
    }

    /**
     * YaRN: fast pairs stay, slow pairs are interpolated, a ramp between.
     *
     * @param truncate whether the ramp's ends are rounded outwards to whole pairs
     */
    record Yarn(double factor, int originalPositions, double betaFast, double betaSlow, boolean truncate, float magnitude)
            implements RotaryScaling {
        /** The factor on cosine and sine when the file names none. */
        static double inferredMagnitude(double factor, double scale) {
            return factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1;
        }

        @Override
        public float[] frequencies(double base, int size, int length) {
            double low = pairAt(betaFast, base, size);
            double high = pairAt(betaSlow, base, size);
            if (truncate) {
                low = Math.floor(low);
                high = Math.ceil(high);
            }
            low = Math.max(low, 0);
            high = Math.min(high, size - 1);
            if (low == high) {
                high += 0.001;
            }
            float[] powers = powers(base, size);
            var frequencies = new float[powers.length];
            for (int i = 0; i < powers.length; i++) {
                float ramp = Math.clamp((i - (float) low) / (float) (high - low), 0f, 1f);
                float kept = 1 - ramp;
                frequencies[i] = 1 / ((float) factor * powers[i]) * (1 - kept) + 1 / powers[i] * kept;
            }
            return frequencies;
        }

        /** The pair that turns {@code rotations} times over the original length. */
        private double pairAt(double rotations, double base, int size) {
            return size * Math.log(originalPositions / (rotations * 2 * Math.PI)) / (2 * Math.log(base));
        }
    }

    /** LLaMA 3.1: by wavelength; short ones stay, long ones are divided, a smooth blend between. */
    record Llama3(double factor, double lowFactor, double highFactor, int originalPositions) implements RotaryScaling {
        @Override
        public float[] frequencies(double base, int size, int length) {
            float[] frequencies = plain(base, size);
            double longest = originalPositions / lowFactor;
            double shortest = originalPositions / highFactor;
            for (int i = 0; i < frequencies.length; i++) {
                float frequency = frequencies[i];
                float wavelength = (float) (2 * Math.PI) / frequency;
                if (wavelength > longest) {
                    frequencies[i] = frequency / (float) factor;
                } else if (wavelength >= shortest) {
                    float smooth = (originalPositions / wavelength - (float) lowFactor) / (float) (highFactor - lowFactor);
                    frequencies[i] = (1 - smooth) * frequency / (float) factor + smooth * frequency;
                }
            }
            return frequencies;
        }
    }

    /** LongRoPE: a divisor for every pair, one set up to the original length and one beyond it. */
    record LongRope(float[] shortFactors, float[] longFactors, int originalPositions, float magnitude)
            implements RotaryScaling {
        @Override
        public float[] frequencies(double base, int size, int length) {
            float[] factors = length > originalPositions ? longFactors : shortFactors;
            float[] frequencies = powers(base, size);
            for (int i = 0; i < frequencies.length; i++) {
                frequencies[i] = 1 / (factors[i] * frequencies[i]);
            }
            return frequencies;
        }

        @Override
        public boolean dependsOnLength() {
            return true;
        }
    }
}
