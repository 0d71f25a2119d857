package org.bitrank.engine.checkpoint.gguf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.bitrank.engine.gguf.GgufType;

/** Writes GGUF files by hand, good or bad. */
final class GgufBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    static GgufBytes header(int version, long tensors, long pairs) {
        return new GgufBytes().raw("GGUF".getBytes(StandardCharsets.US_ASCII)).u32(version).u64(tensors).u64(pairs);
    }

    GgufBytes raw(byte[] content) {
        bytes.writeBytes(content);
        return this;
    }

    GgufBytes u32(int value) {
        return raw(ByteBuffer.allocate(Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
    }

    GgufBytes u64(long value) {
        return raw(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(value).array());
    }

    GgufBytes string(String text) {
        byte[] content = text.getBytes(StandardCharsets.UTF_8);
        return u64(content.length).raw(content);
    }

    GgufBytes pair(String key, String value) {
        return string(key).u32(8).string(value);
    }

    GgufBytes pair(String key, int value) {
        return string(key).u32(4).u32(value);
    }

    GgufBytes pair(String key, float value) {
        return string(key).u32(6).u32(Float.floatToRawIntBits(value));
    }

    GgufBytes tensor(String name, GgufType type, long offset, long... fastestFirst) {
        string(name).u32(fastestFirst.length);
        for (long size : fastestFirst) {
            u64(size);
        }
        return u32(type.code()).u64(offset);
    }

    GgufBytes align(int to) {
        while (bytes.size() % to != 0) {
            bytes.write(0);
        }
        return this;
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** A llama of one block with the head left out; two query heads of four rows. */
    static GgufBytes smallModel() {
        return header(3, 3, 9)
                .pair("general.architecture", "llama")
                .pair("llama.block_count", 1)
                .pair("llama.context_length", 64)
                .pair("llama.embedding_length", 8)
                .pair("llama.feed_forward_length", 16)
                .pair("llama.attention.head_count", 2)
                .pair("llama.attention.layer_norm_rms_epsilon", 1e-5f)
                .pair("llama.rope.freq_base", 500_000f)
                .pair("tokenizer.ggml.eos_token_id", 2)
                .tensor("token_embd.weight", GgufType.F32, 0, 8, 4)
                .tensor("blk.0.attn_q.weight", GgufType.F32, 128, 8, 8)
                .tensor("output_norm.weight", GgufType.F32, 384, 8)
                .align(32);
    }
}
