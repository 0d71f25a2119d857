package org.bitrank.engine.weights;

import java.util.Optional;
import org.bitrank.kernels.DType;

/** One number for every group, and how it is stored: scales, offsets. */
public interface GroupNumbers {
    int count();

    /** A group's number in float32. */
    float value(int group);

    /** All of them. */
    default float[] values() {
        var values = new float[count()];
        for (int group = 0; group < values.length; group++) {
            values[group] = value(group);
        }
        return values;
    }

    /** The same unquantized. */
    static Plain plain(float[] values, DType type) {
        return new Plain(values, type);
    }

    /**
     * Unquantized.
     *
     * @param values already rounded to {@code type}
     */
    record Plain(float[] values, DType type) implements GroupNumbers {
        @Override
        public int count() {
            return values.length;
        }

        @Override
        public float value(int group) {
            return values[group];
        }
    }

    /**
     * Quantized once more, as QLoRA does with the maxima of its blocks: {@code codebook[code] * maximum + offset}.
     *
     * @param codes one a group, unsigned
     * @param codebook 256 levels
     * @param maxima one for every {@code blockSize} groups
     * @param offset the mean that was taken off before
     */
    record DoubleQuantized(byte[] codes, float[] codebook, float[] maxima, int blockSize, float offset) implements GroupNumbers {
        @Override
        public int count() {
            return codes.length;
        }

        @Override
        public float value(int group) {
            return codebook[codes[group] & 0xFF] * maxima[group / blockSize] + offset;
        }
    }

    /** E8M0, the scales of MX formats: {@code 2^(code - 127)}. */
    record PowersOfTwo(byte[] codes) implements GroupNumbers {
        private static final int BIAS = 127;

        @Override
        public int count() {
            return codes.length;
        }

        @Override
        public float value(int group) {
            return Math.scalb(1f, (codes[group] & 0xFF) - BIAS);
        }
    }

    /**
     * The largest magnitude of each group, for which the largest code stands: {@code maximum / largestCode}. bitsandbytes'
     * 8-bit rows are stored so.
     */
    record Maxima(float[] maxima, int largestCode) implements GroupNumbers {
        @Override
        public int count() {
            return maxima.length;
        }

        @Override
        public float value(int group) {
            return maxima[group] / largestCode;
        }
    }

    /**
     * One scale for the matrix, stored as what values are divided by, as BitNet does.
     *
     * @param divisor already rounded to {@code type}
     */
    record Reciprocal(float divisor, DType type) implements GroupNumbers {
        /** The divisor in float32 that gives this scale back, where there is one. */
        public static Optional<Reciprocal> of(float scale) {
            float divisor = 1 / scale;
            for (float near : new float[] {divisor, Math.nextUp(divisor), Math.nextDown(divisor)}) {
                if (1 / near == scale) {
                    return Optional.of(new Reciprocal(near, DType.FLOAT32));
                }
            }
            return Optional.empty();
        }

        @Override
        public int count() {
            return 1;
        }

        @Override
        public float value(int group) {
            return 1 / divisor;
        }
    }

    /**
     * Float8 E4M3 under one scale for the matrix, as NVFP4 has it: {@code e4m3(code) / global}.
     *
     * @param global the stored {@code weight_global_scale}, which divides
     */
    record Float8(byte[] codes, float global) implements GroupNumbers {
        @Override
        public int count() {
            return codes.length;
        }

        @Override
        public float value(int group) {
            return Float8Format.E4M3.decode(codes[group]) / global;
        }
    }
}
