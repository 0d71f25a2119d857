package org.bitrank.engine.checkpoint.bitsandbytes;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.SignedCodes;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;

/**
 * bitsandbytes' 8-bit layout of LLM.int8: {@code weight} int8 {@code [rows, columns]}, {@code SCB} float32 {@code [rows]}, the largest
 * magnitude of each row, {@code weight_format} uint8 0. Value = code · SCB / 127.
 */
public final class BnbInt8 implements WritableLayout {
    /** The same in both of its layouts, so that a refusal says it once. */
    static final String ONLY = "it stores NF4, FP4 and rows of symmetric 8-bit integers only";

    private static final String WEIGHT = "weight";
    private static final String MAXIMA = "SCB";
    private static final String FORMAT = "weight_format";
    private static final int LARGEST = 127;

    @Override
    public String format() {
        return Bitsandbytes.NAME;
    }

    @Override
    public String mark() {
        return MAXIMA;
    }

    @Override
    public List<String> parts() {
        return List.of(WEIGHT, MAXIMA, FORMAT);
    }

    /** Whether a module has what only this layout has. */
    public boolean marks(SafetensorsParts parts) {
        return parts.has(MAXIMA) && holds(parts);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(WEIGHT, SafetensorsType.I8);
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I8, 2);
        return TensorInfo.of(parts.weightName(), weight.shape(), "bitsandbytes int8", 8,
                StoredBytes.quantized(weight.bytes(), parts.size(MAXIMA), 0, parts.size(FORMAT)));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.I8, 2);
        int rows = weight.shape().getFirst();
        int columns = weight.shape().get(1);
        parts.require(MAXIMA, SafetensorsType.F32, List.of(rows));
        byte[] codes = SignedCodes.unsigned(parts, WEIGHT, 8);
        return new GroupedWeight(rows, columns, new AffineGrid(8, true), codes, new GroupLayout.AlongColumns(columns),
                new GroupNumbers.Maxima(parts.floats(MAXIMA), LARGEST), null, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight quantized) {
        boolean fits = quantized instanceof GroupedWeight weight
                && weight.grid().equals(new AffineGrid(8, true))
                && weight.layout().equals(new GroupLayout.AlongColumns(weight.columns()))
                && weight.offsets() == null
                && (weight.scales() instanceof GroupNumbers.Maxima maxima && maxima.largestCode() == LARGEST
                        || weight.scales() instanceof GroupNumbers.Plain);
        return fits ? Optional.empty() : Optional.of(ONLY);
    }

    /** Plain scales become maxima by multiplication, which is within one unit of the last place. */
    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        byte[] codes = SignedCodes.signed(weight.codes(), 8);
        float[] maxima = weight.scales() instanceof GroupNumbers.Maxima stored ? stored.maxima() : weight.scales().values();
        if (!(weight.scales() instanceof GroupNumbers.Maxima)) {
            maxima = maxima.clone();
            for (int i = 0; i < maxima.length; i++) {
                maxima[i] *= LARGEST;
            }
        }
        file.put(module + "." + WEIGHT, SafetensorsType.I8, List.of(weight.rows(), weight.columns()), MemorySegment.ofArray(codes));
        file.put(module + "." + MAXIMA, SafetensorsType.F32, List.of(weight.rows()), MemorySegment.ofArray(maxima));
        file.put(module + "." + FORMAT, SafetensorsType.U8, List.of(), MemorySegment.ofArray(new byte[1]));
    }
}
