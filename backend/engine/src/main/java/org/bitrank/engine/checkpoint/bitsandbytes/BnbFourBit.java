package org.bitrank.engine.checkpoint.bitsandbytes;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.Nibbles;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.CodebookGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * bitsandbytes' 4-bit layout. The matrix is one run of numbers, row by row, in blocks of 64:
 *
 * <ul>
 *   <li>{@code weight} uint8 {@code [⌈n / 2⌉, 1]}: the first code in the high nibble
 *   <li>{@code weight.absmax} float32 {@code [blocks]}; quantized once more: uint8, with {@code weight.nested_absmax} float32 for every
 *       256 of them, {@code weight.nested_quant_map} float32 {@code [256]}
 *   <li>{@code weight.quant_map} float32 {@code [16]}: the levels
 *   <li>{@code weight.quant_state.bitsandbytes__nf4} or {@code __fp4}: JSON with shape, block sizes and the offset of the nested maxima
 * </ul>
 *
 * Source: https://github.com/bitsandbytes-foundation/bitsandbytes.
 */
public final class BnbFourBit implements WritableLayout {
    private static final String WEIGHT = "weight";
    private static final String ABSMAX = "weight.absmax";
    private static final String LEVELS = "weight.quant_map";
    private static final String NESTED_ABSMAX = "weight.nested_absmax";
    private static final String NESTED_LEVELS = "weight.nested_quant_map";
    private static final String STATE = "weight.quant_state.bitsandbytes__";
    private static final List<String> TYPES = List.of("nf4", "fp4");
    private static final int BITS = 4;

    /** What the JSON says. */
    private record State(String type, int rows, int columns, int blockSize, int nestedBlockSize, float nestedOffset) {}

    @Override
    public String format() {
        return Bitsandbytes.NAME;
    }

    @Override
    public String mark() {
        return ABSMAX;
    }

    @Override
    public List<String> parts() {
        return List.of(WEIGHT, ABSMAX, LEVELS, NESTED_ABSMAX, NESTED_LEVELS, STATE + "nf4", STATE + "fp4");
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(WEIGHT) && TYPES.stream().anyMatch(type -> parts.has(STATE + type));
    }

    private static State state(SafetensorsParts parts) {
        String type = TYPES.stream().filter(name -> parts.has(STATE + name)).findFirst().orElseThrow();
        ObjectNode json = Json.parseObject(parts.byteArray(STATE + type), parts.name(STATE + type));
        JsonNode shape = json.path("shape");
        int rows = shape.path(0).asInt(0);
        int columns = shape.path(1).asInt(0);
        int blockSize = json.path("blocksize").asInt(0);
        int nested = json.path("nested_blocksize").asInt(0);
        if (shape.size() != 2 || rows < 1 || columns < 1 || blockSize < 1 || parts.has(NESTED_ABSMAX) && nested < 1) {
            throw BitRankException.badInput("%s has no usable shape and block sizes: %s".formatted(parts.name(STATE + type), json.toString()));
        }
        return new State(type, rows, columns, blockSize, nested, (float) json.path("nested_offset").asDouble(0));
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        State state = state(parts);
        long scales = parts.size(ABSMAX) + parts.size(LEVELS) + parts.size(NESTED_ABSMAX) + parts.size(NESTED_LEVELS);
        String encoding = "bitsandbytes " + state.type + (parts.has(NESTED_ABSMAX) ? " double" : "");
        return TensorInfo.of(parts.weightName(), List.of(state.rows, state.columns), encoding, BITS,
                StoredBytes.quantized(parts.size(WEIGHT), scales, 0, parts.size(STATE + state.type)));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        State state = state(parts);
        int count = Math.multiplyExact(state.rows, state.columns);
        if (parts.require(WEIGHT).bytes() != (count + 1) / 2) {
            throw parts.wrong(WEIGHT, "%d codes of 4 bits".formatted(count));
        }
        parts.require(LEVELS, SafetensorsType.F32, List.of(1 << BITS));
        CodebookGrid own = state.type.equals("nf4") ? Codebooks.NF4 : Codebooks.FP4;
        var stored = new CodebookGrid(own.name(), BITS, parts.floats(LEVELS));
        for (float level : stored.levels()) {
            if (!Float.isFinite(level)) {
                throw BitRankException.badInput(parts.name(LEVELS) + " holds NaN or infinity; the checkpoint is damaged, get it again");
            }
        }
        var layout = new GroupLayout.Flat(state.blockSize);
        byte[] codes = Nibbles.HIGH_FIRST.unpack(parts.bytes(WEIGHT), count);
        return new GroupedWeight(state.rows, state.columns, stored.equals(own) ? own : stored, codes, layout,
                scales(parts, state, layout.count(state.rows, state.columns)), null, null);
    }

    private static GroupNumbers scales(SafetensorsParts parts, State state, int blocks) {
        if (!parts.has(NESTED_ABSMAX)) {
            parts.require(ABSMAX, SafetensorsType.F32, List.of(blocks));
            return GroupNumbers.plain(parts.floats(ABSMAX), DType.FLOAT32);
        }
        parts.require(ABSMAX, SafetensorsType.U8, List.of(blocks));
        parts.require(NESTED_LEVELS, SafetensorsType.F32, List.of(256));
        parts.require(NESTED_ABSMAX, SafetensorsType.F32, List.of(GroupLayout.perRow(blocks, state.nestedBlockSize)));
        return new GroupNumbers.DoubleQuantized(parts.byteArray(ABSMAX), parts.floats(NESTED_LEVELS), parts.floats(NESTED_ABSMAX),
                state.nestedBlockSize, state.nestedOffset);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight quantized) {
        if (!(quantized instanceof GroupedWeight weight) || !(weight.grid() instanceof CodebookGrid grid) || !TYPES.contains(grid.name())) {
            return Optional.of(BnbInt8.ONLY);
        }
        if (grid.levels().length != 1 << BITS || weight.offsets() != null) {
            return Optional.of("it stores sixteen levels without offsets");
        }
        if (blockSize(weight) == 0) {
            return Optional.of("its blocks are runs of the whole matrix, not " + weight.layout());
        }
        if (!(weight.scales() instanceof GroupNumbers.DoubleQuantized) && !(weight.scales() instanceof GroupNumbers.Plain plain && plain.type() == DType.FLOAT32)) {
            return Optional.of("it stores maxima of blocks in float32 or quantized once more");
        }
        return Optional.empty();
    }

    /** Numbers in a block; 0 where blocks are not runs. */
    private static int blockSize(GroupedWeight weight) {
        return switch (weight.layout()) {
            case GroupLayout.Flat flat -> flat.size();
            case GroupLayout.AlongColumns along when weight.columns() % along.size() == 0 -> along.size();
            default -> 0;
        };
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        var grid = (CodebookGrid) weight.grid();
        byte[] packed = Nibbles.HIGH_FIRST.pack(weight.codes());
        file.put(module + "." + WEIGHT, SafetensorsType.U8, List.of(packed.length, 1), MemorySegment.ofArray(packed));
        file.put(module + "." + LEVELS, SafetensorsType.F32, List.of(grid.levels().length), MemorySegment.ofArray(grid.levels()));
        var state = new StringBuilder("{\"quant_type\": \"%s\", \"blocksize\": %d, \"dtype\": \"float16\", \"shape\": [%d, %d]"
                .formatted(grid.name(), blockSize(weight), weight.rows(), weight.columns()));
        if (weight.scales() instanceof GroupNumbers.DoubleQuantized nested) {
            file.put(module + "." + ABSMAX, SafetensorsType.U8, List.of(nested.count()), MemorySegment.ofArray(nested.codes()));
            file.put(module + "." + NESTED_ABSMAX, SafetensorsType.F32, List.of(nested.maxima().length), MemorySegment.ofArray(nested.maxima()));
            file.put(module + "." + NESTED_LEVELS, SafetensorsType.F32, List.of(nested.codebook().length), MemorySegment.ofArray(nested.codebook()));
            state.append(", \"nested_blocksize\": %d, \"nested_dtype\": \"float32\", \"nested_offset\": %s"
                    .formatted(nested.blockSize(), (double) nested.offset()));
        } else {
            file.put(module + "." + ABSMAX, SafetensorsType.F32, List.of(weight.scales().count()), MemorySegment.ofArray(weight.scales().values()));
        }
        byte[] json = state.append('}').toString().getBytes(StandardCharsets.UTF_8);
        file.put(module + "." + STATE + grid.name(), SafetensorsType.U8, List.of(json.length), MemorySegment.ofArray(json));
    }
}
