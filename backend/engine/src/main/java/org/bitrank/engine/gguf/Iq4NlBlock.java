package org.bitrank.engine.gguf;

/** IQ4_NL: a float16 scale and 32 codes of {@link UnevenLevels}. */
final class Iq4NlBlock implements BlockCodec {
    @Override
    public void decode(byte[] data, int at, float[] values, int to) {
        UnevenLevels.unpack(data, at + 2, Bytes.half(data, at), values, to);
    }

    @Override
    public void encode(float[] values, int from, byte[] data, int at) {
        float scale = UnevenLevels.scale(values, from);
        Bytes.putHalf(data, at, scale);
        UnevenLevels.pack(values, from, scale == 0 ? 0 : 1 / scale, data, at + 2);
    }
}
