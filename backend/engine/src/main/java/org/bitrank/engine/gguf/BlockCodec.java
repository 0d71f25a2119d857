package org.bitrank.engine.gguf;

/**
 * One kind of block: a fixed number of neighbouring weights of a row in a fixed number of bytes. Arithmetic is float32, operation
 * by operation as in ggml's {@code ggml-quants.c} (https://github.com/ggml-org/llama.cpp), so that equal input gives equal bytes.
 */
interface BlockCodec {
    /** @param at the block's first byte; its weights go to {@code values} from {@code to} on */
    void decode(byte[] data, int at, float[] values, int to);

    /**
     * Chooses a block as llama.cpp's reference quantizer does without an importance matrix.
     *
     * @param data zeros where the block is to be
     */
    void encode(float[] values, int from, byte[] data, int at);

    /** A kind that is read and not written. */
    interface Decoder extends BlockCodec {
        @Override
        default void encode(float[] values, int from, byte[] data, int at) {
            throw new UnsupportedOperationException("blocks of this kind are only read");
        }
    }
}
