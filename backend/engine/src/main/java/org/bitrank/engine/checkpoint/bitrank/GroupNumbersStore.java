package org.bitrank.engine.checkpoint.bitrank;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.kernels.DType;

/**
 * {@link GroupNumbers} as tensors of a {@code bitrank} layout, under a name that says what they are ({@code grouped_scale}):
 *
 * <ul>
 *   <li>plain: {@code NAME} {@code [groups]} in float16, bfloat16 or float32; any kind not named here becomes float32
 *   <li>quantized once more: {@code NAME_codes} U8 {@code [groups]}, {@code NAME_codebook} F32 {@code [256]}, {@code NAME_maxima}
 *       F32 {@code [blocks]}, {@code NAME_mean} F32 {@code [1]}
 *   <li>powers of two: {@code NAME} F8_E8M0 {@code [groups]}
 *   <li>float8 under one scale: {@code NAME} F8_E4M3 {@code [groups]}, {@code NAME_global} F32 {@code [1]}
 * </ul>
 */
final class GroupNumbersStore {
    private static final int CODEBOOK = 256;

    private final String name;

    GroupNumbersStore(String name) {
        this.name = name;
    }

    /** Every name that may be one of its tensors. */
    List<String> parts() {
        return List.of(name, codes(), codebook(), maxima(), mean(), global());
    }

    private String codes() {
        return name + "_codes";
    }

    private String codebook() {
        return name + "_codebook";
    }

    private String maxima() {
        return name + "_maxima";
    }

    private String mean() {
        return name + "_mean";
    }

    private String global() {
        return name + "_global";
    }

    boolean isIn(SafetensorsParts parts) {
        return parts.has(name) || parts.has(codes());
    }

    long size(SafetensorsParts parts) {
        return parts().stream().mapToLong(parts::size).sum();
    }

    void write(SafetensorsWriter file, String prefix, GroupNumbers numbers) {
        switch (numbers) {
            case GroupNumbers.Plain plain ->
                BitrankLayout.writeFloats(file, prefix + name, plain.values(), plain.type(), plain.count());
            case GroupNumbers.PowersOfTwo powers ->
                file.put(prefix + name, SafetensorsType.F8_E8M0, List.of(powers.count()), MemorySegment.ofArray(powers.codes()));
            case GroupNumbers.Float8 float8 -> {
                file.put(prefix + name, SafetensorsType.F8_E4M3, List.of(float8.count()), MemorySegment.ofArray(float8.codes()));
                single(file, prefix + global(), float8.global());
            }
            case GroupNumbers.DoubleQuantized twice when twice.codebook().length == CODEBOOK -> {
                file.put(prefix + codes(), SafetensorsType.U8, List.of(twice.count()), MemorySegment.ofArray(twice.codes()));
                file.put(prefix + codebook(), SafetensorsType.F32, List.of(CODEBOOK), MemorySegment.ofArray(twice.codebook()));
                file.put(prefix + maxima(), SafetensorsType.F32, List.of(twice.maxima().length), MemorySegment.ofArray(twice.maxima()));
                single(file, prefix + mean(), twice.offset());
            }
            default -> BitrankLayout.writeFloats(file, prefix + name, numbers.values(), DType.FLOAT32, numbers.count());
        }
    }

    private static void single(SafetensorsWriter file, String name, float value) {
        file.put(name, SafetensorsType.F32, List.of(1), MemorySegment.ofArray(new float[] {value}));
    }

    /** How many groups share a maximum, or 0 where none do: for the form, which keeps it. */
    static int blockSize(GroupNumbers numbers) {
        return numbers instanceof GroupNumbers.DoubleQuantized twice ? twice.blockSize() : 0;
    }

    /** @param blockSize groups that share a maximum, from the form */
    GroupNumbers read(SafetensorsParts parts, int groups, int blockSize) {
        if (parts.has(codes())) {
            parts.require(codes(), SafetensorsType.U8, List.of(groups));
            parts.require(codebook(), SafetensorsType.F32, List.of(CODEBOOK));
            if (blockSize < 1) {
                throw parts.wrong(codes(), "a block size in the form");
            }
            parts.require(maxima(), SafetensorsType.F32, List.of((int) (((long) groups + blockSize - 1) / blockSize)));
            parts.require(mean(), SafetensorsType.F32, List.of(1));
            return new GroupNumbers.DoubleQuantized(
                    parts.byteArray(codes()), parts.floats(codebook()), parts.floats(maxima()), blockSize, parts.floats(mean())[0]);
        }
        if (parts.has(name, SafetensorsType.F8_E8M0)) {
            parts.require(name, SafetensorsType.F8_E8M0, List.of(groups));
            return new GroupNumbers.PowersOfTwo(parts.byteArray(name));
        }
        if (parts.has(name, SafetensorsType.F8_E4M3)) {
            parts.require(name, SafetensorsType.F8_E4M3, List.of(groups));
            parts.require(global(), SafetensorsType.F32, List.of(1));
            return new GroupNumbers.Float8(parts.byteArray(name), parts.floats(global())[0]);
        }
        return GroupNumbers.plain(BitrankLayout.readFloats(parts, name, groups), parts.floatType(name));
    }
}
