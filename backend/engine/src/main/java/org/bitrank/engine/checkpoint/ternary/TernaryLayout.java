package org.bitrank.engine.checkpoint.ternary;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;

/**
 * Our layout of ternary matrices such as TriLM's, one scale for each rectangle of a model-parallel shard:
 *
 * <ul>
 *   <li>{@code weight_base3} or {@code weight_2bit} uint8 {@code [bytes]}: codes (value + 1) of the whole matrix, row by row: {@link TernaryPacking}
 *   <li>{@code weight_scale} {@code [shards of rows, shards of columns]}
 *   <li>{@code weight_shape} int64 {@code [2]}: rows, columns
 * </ul>
 */
public final class TernaryLayout implements WritableLayout {
    private static final String SCALE = "weight_scale";
    private static final String SHAPE = "weight_shape";

    private final TernaryPacking packing;

    public TernaryLayout(TernaryPacking packing) {
        this.packing = packing;
    }

    @Override
    public String format() {
        return packing.format();
    }

    @Override
    public String mark() {
        return packing.tensor();
    }

    @Override
    public List<String> parts() {
        return List.of(packing.tensor(), SCALE, SHAPE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(packing.tensor(), SafetensorsType.U8);
    }

    private static List<Integer> shape(SafetensorsParts parts) {
        int[] shape = parts.integers(SHAPE);
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw BitRankException.badInput("%s must hold the two sizes of a matrix".formatted(parts.name(SHAPE)));
        }
        return List.of(shape[0], shape[1]);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        return TensorInfo.of(parts.weightName(), shape(parts), packing.format(), Codebooks.TERNARY_BITS,
                StoredBytes.quantized(parts.size(packing.tensor()), parts.size(SCALE), 0, parts.size(SHAPE)));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        List<Integer> shape = shape(parts);
        int rows = shape.getFirst();
        int columns = shape.get(1);
        int count = Math.multiplyExact(rows, columns);
        parts.require(packing.tensor(), SafetensorsType.U8, List.of(packing.bytes(count)));
        List<Integer> shards = parts.require(SCALE).shape();
        if (shards.size() != 2 || shards.getFirst() < 1 || shards.get(1) < 1 || rows % shards.getFirst() != 0 || columns % shards.get(1) != 0) {
            throw parts.wrong(SCALE, "shards into which [%d, %d] divides".formatted(rows, columns));
        }
        byte[] codes = packing.unpack(parts.byteArray(packing.tensor()), count);
        if (codes == null) {
            throw BitRankException.badInput("%s holds a byte that is none of ternary codes; the checkpoint is damaged, get it again"
                    .formatted(parts.name(packing.tensor())));
        }
        return new GroupedWeight(rows, columns, Codebooks.TERNARY, codes, new GroupLayout.Blocks(rows / shards.getFirst(), columns / shards.get(1)),
                GroupNumbers.plain(parts.floats(SCALE), parts.floatType(SCALE)), null, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight quantized) {
        if (!(quantized instanceof GroupedWeight weight) || !weight.grid().equals(Codebooks.TERNARY) || weight.offsets() != null) {
            return Optional.of("it stores ternary matrices only");
        }
        if (!(weight.scales() instanceof GroupNumbers.Plain)) {
            return Optional.of("it stores plain scales only");
        }
        return blocks(weight) == null ? Optional.of("its scales are those of equal rectangles, not of " + weight.layout()) : Optional.empty();
    }

    /** The rectangles that share a scale, or null where they are none that divide the matrix. */
    private static GroupLayout.Blocks blocks(GroupedWeight weight) {
        GroupLayout.Blocks blocks = switch (weight.layout()) {
            case GroupLayout.Blocks given -> given;
            case GroupLayout.AlongColumns along -> new GroupLayout.Blocks(1, along.size());
            default -> null;
        };
        boolean divide = blocks != null && weight.rows() % blocks.blockRows() == 0 && weight.columns() % blocks.blockColumns() == 0;
        return divide ? blocks : null;
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        GroupLayout.Blocks blocks = blocks(weight);
        byte[] packed = packing.pack(weight.codes());
        file.put(module + "." + packing.tensor(), SafetensorsType.U8, List.of(packed.length), MemorySegment.ofArray(packed));
        var scales = (GroupNumbers.Plain) weight.scales();
        file.put(module + "." + SCALE, scales.type(), List.of(weight.rows() / blocks.blockRows(), weight.columns() / blocks.blockColumns()),
                DenseWeight.of(scales.values(), 1, scales.count(), scales.type()).data());
        file.put(module + "." + SHAPE, SafetensorsType.I64, List.of(2), MemorySegment.ofArray(new long[] {weight.rows(), weight.columns()}));
    }
}
