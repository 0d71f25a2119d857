package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import org.bitrank.engine.checkpoint.codes.Float8Codes;
import org.bitrank.engine.checkpoint.codes.Nibbles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupedWeight;

/** How compressed-tensors stores the codes of small floats. */
enum FloatCodes {
    /** {@code weight_packed} uint8 {@code [rows, columns / 2]}, low nibble first. */
    E2M1(Codebooks.E2M1, "weight_packed", SafetensorsType.U8, 2) {
        @Override
        byte[] read(SafetensorsParts parts, int count) {
            return Nibbles.LOW_FIRST.unpack(parts.bytes(part()), count);
        }

        @Override
        byte[] stored(byte[] codes) {
            return Nibbles.LOW_FIRST.pack(codes);
        }
    },
    /** {@code weight} float8 E4M3 {@code [rows, columns]}. */
    E4M3(Codebooks.E4M3, "weight", SafetensorsType.F8_E4M3, 1) {
        @Override
        byte[] read(SafetensorsParts parts, int count) {
            return Float8Codes.read(parts, part());
        }

        @Override
        byte[] stored(byte[] codes) {
            return codes;
        }
    };

    private final CodebookGrid grid;
    private final String part;
    private final SafetensorsType type;
    private final int codesInByte;

    FloatCodes(CodebookGrid grid, String part, SafetensorsType type, int codesInByte) {
        this.grid = grid;
        this.part = part;
        this.type = type;
        this.codesInByte = codesInByte;
    }

    CodebookGrid grid() {
        return grid;
    }

    /** The tensor's name after the module's. */
    String part() {
        return part;
    }

    boolean lieIn(SafetensorsParts parts) {
        return parts.has(part, type);
    }

    /** Rows and columns of the matrix, by the shape of its codes. */
    List<Integer> shape(SafetensorsParts parts) {
        StoredTensor stored = parts.require(part, type, 2);
        return List.of(stored.shape().getFirst(), Math.multiplyExact(codesInByte, stored.shape().get(1)));
    }

    /** @param count rows · columns */
    abstract byte[] read(SafetensorsParts parts, int count);

    abstract byte[] stored(byte[] codes);

    void write(SafetensorsWriter file, String module, GroupedWeight weight) {
        file.put(module + "." + part, type, List.of(weight.rows(), weight.columns() / codesInByte), MemorySegment.ofArray(stored(weight.codes())));
    }
}
