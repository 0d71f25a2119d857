package org.bitrank.engine.checkpoint.compressed;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.CodebookMatrix;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;

/** Small floats with a scale of one byte, {@code weight_scale} {@code [rows, columns / group]}, for every so many neighbouring columns. */
abstract class FloatGroups implements CompressedLayout {
    static final String SCALE = "weight_scale";

    private final String layoutName;
    private final FloatCodes codes;
    private final SafetensorsType scaleType;
    private final Class<? extends GroupNumbers> scales;
    private final int groupSize;

    FloatGroups(String layoutName, FloatCodes codes, SafetensorsType scaleType, Class<? extends GroupNumbers> scales, int groupSize) {
        this.layoutName = layoutName;
        this.codes = codes;
        this.scaleType = scaleType;
        this.scales = scales;
        this.groupSize = groupSize;
    }

    @Override
    public final String layoutName() {
        return layoutName;
    }

    @Override
    public List<String> parts() {
        return List.of(codes.part(), SCALE);
    }

    @Override
    public final boolean holds(SafetensorsParts parts) {
        return codes.lieIn(parts) && parts.has(SCALE, scaleType);
    }

    @Override
    public final TensorInfo info(SafetensorsParts parts) {
        long scaleBytes = parts().stream().filter(part -> !part.equals(codes.part())).mapToLong(parts::size).sum();
        return TensorInfo.of(parts.weightName(), codes.shape(parts), layoutName, codes.grid().bits(),
                StoredBytes.quantized(parts.size(codes.part()), scaleBytes, 0, 0));
    }

    @Override
    public final GroupedWeight read(SafetensorsParts parts) {
        List<Integer> shape = codes.shape(parts);
        int rows = shape.getFirst();
        int columns = shape.getLast();
        parts.require(SCALE, scaleType, List.of(rows, GroupLayout.perRow(columns, groupSize)));
        return new GroupedWeight(rows, columns, codes.grid(), codes.read(parts, Math.multiplyExact(rows, columns)),
                new GroupLayout.AlongColumns(groupSize), scales(parts), null, null);
    }

    abstract GroupNumbers scales(SafetensorsParts parts);

    @Override
    public final Optional<String> refusal(QuantizedWeight weight) {
        return CodebookMatrix.refusal(weight, codes.grid(), scales, groupSize);
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        codes.write(file, module, weight);
        file.put(module + "." + SCALE, scaleType, List.of(weight.rows(), weight.columns() / groupSize),
                MemorySegment.ofArray(scaleCodes(weight.scales())));
    }

    abstract byte[] scaleCodes(GroupNumbers scales);
}
