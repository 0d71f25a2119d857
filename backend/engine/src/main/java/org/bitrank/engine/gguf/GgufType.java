package org.bitrank.engine.gguf;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.kernels.DType;

/**
 * Tensor types of GGUF. Those without a decoder are known by name and size only, so that a refusal can name them. Layouts:
 * ggml's {@code ggml-common.h} and gguf-py's {@code quants.py}, https://github.com/ggml-org/llama.cpp.
 */
public enum GgufType {
    F32(0, DType.FLOAT32),
    F16(1, DType.FLOAT16),
    Q4_0(2, 32, 18, 4, new NibbleBlock(4, false)),
    Q4_1(3, 32, 20, 4, new NibbleBlock(4, true)),
    Q5_0(6, 32, 22, 5, new NibbleBlock(5, false)),
    Q5_1(7, 32, 24, 5, new NibbleBlock(5, true)),
    Q8_0(8, 32, 34, 8, new ByteBlock()),
    Q8_1(9, 32, 36, 8),
    Q2_K(10, 256, 84, 2, new Q2KBlock()),
    Q3_K(11, 256, 110, 3, new Q3KBlock()),
    Q4_K(12, 256, 144, 4, new Q45KBlock(4)),
    Q5_K(13, 256, 176, 5, new Q45KBlock(5)),
    Q6_K(14, 256, 210, 6, new Q6KBlock()),
    Q8_K(15, 256, 292, 8),
    IQ2_XXS(16, 256, 66, 2),
    IQ2_XS(17, 256, 74, 2),
    IQ3_XXS(18, 256, 98, 3),
    IQ1_S(19, 256, 50, 1),
    IQ4_NL(20, 32, 18, 4, new Iq4NlBlock()),
    IQ3_S(21, 256, 110, 3, new Iq3SBlock()),
    IQ2_S(22, 256, 82, 2),
    IQ4_XS(23, 256, 136, 4, new Iq4XsBlock()),
    I8(24, 1),
    I16(25, 2),
    I32(26, 4),
    I64(27, 8),
    F64(28, 8),
    IQ1_M(29, 256, 56, 1),
    BF16(30, DType.BFLOAT16),
    TQ1_0(34, 256, 54, 2, new TernaryBlock(true)),
    TQ2_0(35, 256, 66, 2, new TernaryBlock(false)),
    MXFP4(39, 32, 17, 4, new Mxfp4Block()),
    NVFP4(40, 64, 36, 4);

    private static final int HALF_BYTES = 2;

    private final int code;
    private final int blockElements;
    private final int blockBytes;
    private final int bits;
    private final DType dtype;
    private final BlockCodec codec;

    /** Blocks; {@code codec} is null for those that are only known by name. */
    GgufType(int code, int blockElements, int blockBytes, int bits, BlockCodec codec) {
        this(code, blockElements, blockBytes, bits, null, codec);
    }

    GgufType(int code, int blockElements, int blockBytes, int bits) {
        this(code, blockElements, blockBytes, bits, null, null);
    }

    GgufType(int code, DType dtype) {
        this(code, 1, dtype.bytes(), dtype.bytes() * Byte.SIZE, dtype, null);
    }

    /** Single numbers that no model keeps weights in. */
    GgufType(int code, int bytes) {
        this(code, 1, bytes, bytes * Byte.SIZE, null, null);
    }

    GgufType(int code, int blockElements, int blockBytes, int bits, DType dtype, BlockCodec codec) {
        this.code = code;
        this.blockElements = blockElements;
        this.blockBytes = blockBytes;
        this.bits = bits;
        this.dtype = dtype;
        this.codec = codec;
    }

    public static Optional<GgufType> ofCode(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }

    public static GgufType of(DType dtype) {
        return Arrays.stream(values()).filter(type -> type.dtype == dtype).findFirst().orElseThrow();
    }

    /** By the name that recipes and command lines use: {@code q4_k}. */
    public static Optional<GgufType> named(String label) {
        return Arrays.stream(values()).filter(type -> type.label().equals(label)).findFirst();
    }

    /** Block types that weights can be quantized to, in the order of their codes. */
    public static Stream<GgufType> quantizable() {
        return Arrays.stream(values()).filter(type -> type.codec != null && !(type.codec instanceof BlockCodec.Decoder));
    }

    /** For messages: everything that can be read. */
    public static List<GgufType> allReadable() {
        return Arrays.stream(values()).filter(GgufType::readable).toList();
    }

    /**
     * The type for rows of so many columns: this one, or where its blocks of 256 do not divide them the one with blocks of 32 that
     * llama-quantize falls back to; empty where those do not either.
     */
    public Optional<GgufType> fitting(int columns) {
        GgufType fallback = switch (this) {
            case Q2_K, Q3_K, TQ1_0, TQ2_0 -> Q4_0;
            case Q4_K -> Q5_0;
            case Q5_K -> Q5_1;
            case Q6_K -> Q8_0;
            case IQ4_XS -> IQ4_NL;
            default -> this;
        };
        return Stream.of(this, fallback).filter(type -> columns % type.blockElements == 0).findFirst();
    }

    /** Neighbouring columns that share a scale. */
    public int groupSize() {
        return switch (this) {
            case Q2_K, Q3_K, Q6_K -> 16;
            case Q4_K, Q5_K, IQ4_XS -> 32;
            default -> blockElements;
        };
    }

    /** The number that stands for it in a file. */
    public int code() {
        return code;
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Bits of one code. */
    public int bits() {
        return bits;
    }

    /** The number in the name: {@link #bits()}, but 1.58 for ternary codes. */
    public double nominalBits() {
        return codec instanceof TernaryBlock ? Codebooks.TERNARY_BITS : bits;
    }

    public int blockElements() {
        return blockElements;
    }

    public int blockBytes() {
        return blockBytes;
    }

    /** Bytes of so many elements, which must divide into blocks. */
    public long bytes(long elements) {
        return elements / blockElements * blockBytes;
    }

    /** The type of plain numbers; empty for blocks and for what no weight is. */
    public Optional<DType> dtype() {
        return Optional.ofNullable(dtype);
    }

    public boolean readable() {
        return dtype != null || codec != null;
    }

    /** Bytes of a block that are codes; the others are scales, and minima where there are some. */
    public int codeBytes() {
        return this == TQ1_0 ? 52 : blockElements * bits / Byte.SIZE;
    }

    /** Bytes of a block that are minima. */
    public int minimumBytes() {
        return switch (this) {
            case Q4_1, Q5_1 -> HALF_BYTES;
            // Half of each byte of scales, and a unit.
            case Q2_K -> 8 + HALF_BYTES;
            case Q4_K, Q5_K -> 6 + HALF_BYTES;
            default -> 0;
        };
    }

    BlockCodec codec() {
        if (codec == null) {
            throw new IllegalStateException(this + " has no decoder");
        }
        return codec;
    }
}
