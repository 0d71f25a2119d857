package org.bitrank.engine.weights;

import org.bitrank.kernels.DType;

/** One number for every group, and how it is stored: scales, offsets. */
public interface GroupNumbers {
    /** The numbers in float32, one a group. */
    float[] values();

    int count();

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
        public float[] values() {
            var values = new float[codes.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = codebook[codes[i] & 0xFF] * maxima[i / blockSize] + offset;
            }
            return values;
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
        public float[] values() {
            var values = new float[codes.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.scalb(1f, (codes[i] & 0xFF) - BIAS);
            }
            return values;
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
        public float[] values() {
            var values = new float[codes.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = Float8Format.E4M3.decode(codes[i]) / global;
            }
            return values;
        }
    }
}
