package org.bitrank.engine.checkpoint.gptq;

import java.lang.foreign.MemorySegment;
import org.bitrank.engine.checkpoint.codes.BitPacking;

/**
 * How GPTQ files store zero points. Nothing in the tensors says it outright.
 *
 * <p>Version 1 stores them minus one. Where that gives -1, tools differ: GPTQModel subtracts in whole words, so that the field
 * wraps and borrows from the next; AutoGPTQ stores ones in that field and all above it and adds one again without a mask.
 */
public enum GptqZeros {
    V1("version 1 (zero points stored minus one, whole words as GPTQModel does)"),
    V1_AUTO_GPTQ("version 1 (zero points stored minus one, read without a mask as AutoGPTQ does)"),
    V2("version 2 (zero points as they are)");

    private final String description;

    GptqZeros(String description) {
        this.description = description;
    }

    String description() {
        return description;
    }

    boolean version1() {
        return this != V2;
    }

    /**
     * Zero points of packed words.
     *
     * @param packed int32 {@code [groups, words]}, changed
     * @return {@code [groups, rows]}
     */
    float[] unpack(int[] packed, int groups, int rows, int bits) {
        if (this == V1 && 32 % bits == 0) {
            addOnes(packed, bits);
        }
        byte[] fields = BitPacking.DENSE.unpackRows(MemorySegment.ofArray(packed), groups, rows, bits);
        var zeros = new float[fields.length];
        int mask = (1 << bits) - 1;
        for (int i = 0; i < zeros.length; i++) {
            int field = fields[i] & 0xFF;
            zeros[i] = switch (this) {
                case V1 -> 32 % bits == 0 ? field : field + 1 & mask;
                case V1_AUTO_GPTQ -> field + 1;
                case V2 -> field;
            };
        }
        return zeros;
    }

    /** One in every field of a word, carries running into the next field. */
    private static void addOnes(int[] words, int bits) {
        int ones = 0;
        for (int shift = 0; shift < 32; shift += bits) {
            ones |= 1 << shift;
        }
        for (int i = 0; i < words.length; i++) {
            words[i] += ones;
        }
    }
}
