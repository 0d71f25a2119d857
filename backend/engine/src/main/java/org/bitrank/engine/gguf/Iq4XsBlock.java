package org.bitrank.engine.gguf;

/**
 * IQ4_XS: 8 runs of 32 codes of {@link UnevenLevels}. The float16 unit of the scales, 16 bits with their high two bits, 4 bytes
 * with their low four, then the codes: {@code value = unit * (scale - 32) * level}.
 */
final class Iq4XsBlock implements BlockCodec {
    private static final int RUNS = 8;
    private static final int RUN = 32;
    private static final int MIDDLE = 32;
    private static final int HIGH = 2;
    private static final int LOW = 4;
    private static final int CODES = 8;

    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        float unit = Bytes.half(data, at);
        for (int run = 0; run < RUNS; run++) {
            int low = data[at + LOW + run / 2] >>> 4 * (run % 2) & 15;
            int high = Bytes.unsignedShort(data, at + HIGH) >>> 2 * run & 3;
            float scale = unit * ((low | high << 4) - MIDDLE);
            UnevenLevels.unpack(data, at + CODES + run * RUN / 2, scale, values, to + run * RUN);
        }
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        var scales = new float[RUNS];
        for (int run = 0; run < RUNS; run++) {
            scales[run] = UnevenLevels.scale(values, from + run * RUN);
        }
        float unit = -Extremes.signed(scales, 0, RUNS) / MIDDLE;
        Bytes.putHalf(data, at, unit);
        float inverse = unit == 0 ? 0 : 1 / unit;
        int highs = 0;
        for (int run = 0; run < RUNS; run++) {
            int scale = Rounding.clamp(Rounding.nearest(inverse * scales[run]), -MIDDLE, MIDDLE - 1);
            // The unit before its rounding to float16, as ggml has it.
            float used = unit * scale;
            UnevenLevels.pack(values, from + run * RUN, used == 0 ? 0 : 1 / used, data, at + CODES + run * RUN / 2);
            int stored = scale + MIDDLE;
            data[at + LOW + run / 2] |= (byte) ((stored & 15) << 4 * (run % 2));
            highs |= stored >>> 4 << 2 * run;
        }
        Bytes.putShort(data, at + HIGH, highs);
    }
}
