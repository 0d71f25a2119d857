package org.bitrank.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * BitNet's ternary layout: {@code weight} uint8 {@code [rows / 4, columns]}, code = value + 1, four quarters of the rows in a byte, the
 * first in the lowest bits; {@code weight_scale} {@code [1]}, by which values are divided. Source: transformers'
 * {@code integrations/bitnet.py}.
 */
final class BitNetLayout implements WritableLayout {
    private static final String WEIGHT = "weight";
    private static final String SCALE = "weight_scale";
    private static final int PER_BYTE = 4;

    @Override
    public String format() {
        return BitNet.NAME;
    }

    @Override
    public String mark() {
        return SCALE;
    }

    @Override
    public List<String> parts() {
        return List.of(WEIGHT, SCALE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(WEIGHT, SafetensorsType.U8) && parts.require(SCALE).elements() == 1;
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.U8, 2);
        return TensorInfo.of(parts.weightName(), List.of(PER_BYTE * weight.shape().getFirst(), weight.shape().get(1)), "bitnet ternary", Codebooks.TERNARY_BITS,
                StoredBytes.quantized(weight.bytes(), parts.size(SCALE), 0, 0));
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT, SafetensorsType.U8, 2);
        int rows = Math.multiplyExact(PER_BYTE, weight.shape().getFirst());
        int columns = weight.shape().get(1);
        byte[] bytes = parts.byteArray(WEIGHT);
        var codes = new byte[Math.multiplyExact(rows, columns)];
        for (int i = 0; i < codes.length; i++) {
            int quarter = i / bytes.length;
            int code = bytes[i - quarter * bytes.length] >>> 2 * quarter & 3;
            if (code == 3) {
                throw BitRankException.badInput("%s holds a code that is none of -1, 0 and 1".formatted(parts.name(WEIGHT)));
            }
            codes[i] = (byte) code;
        }
        DType type = parts.floatType(SCALE);
        float divisor = parts.floats(SCALE)[0];
        if (!(divisor > 0)) {
            throw BitRankException.badInput("%s is %s; it divides and must be above 0".formatted(parts.name(SCALE), divisor));
        }
        return new GroupedWeight(rows, columns, Codebooks.TERNARY, codes, new GroupLayout.Blocks(rows, columns),
                new GroupNumbers.Reciprocal(divisor, type), null, null);
    }

    @Override
    public Optional<String> refusal(QuantizedWeight quantized) {
        if (!(quantized instanceof GroupedWeight weight) || !weight.grid().equals(Codebooks.TERNARY) || weight.offsets() != null) {
            return Optional.of("it stores ternary matrices only");
        }
        if (weight.scales().count() != 1) {
            return Optional.of("it has one scale a matrix, not %d".formatted(weight.scales().count()));
        }
        if (weight.rows() % PER_BYTE != 0) {
            return Optional.of("it puts four rows into a byte, and %d rows do not divide by 4".formatted(weight.rows()));
        }
        if (weight.scales() instanceof GroupNumbers.Reciprocal || GroupNumbers.Reciprocal.of(weight.scales().values()[0]).isPresent()) {
            return Optional.empty();
        }
        return Optional.of("it stores the reciprocal of the scale, and %s is no float32 number's".formatted(weight.scales().values()[0]));
    }

    @Override
    public void write(SafetensorsWriter file, String module, QuantizedWeight quantized) {
        var weight = (GroupedWeight) quantized;
        var bytes = new byte[weight.codes().length / PER_BYTE];
        for (int i = 0; i < weight.codes().length; i++) {
            int quarter = i / bytes.length;
            bytes[i - quarter * bytes.length] |= (byte) (weight.codes()[i] << 2 * quarter);
        }
        var scale = weight.scales() instanceof GroupNumbers.Reciprocal stored
                ? stored
                : GroupNumbers.Reciprocal.of(weight.scales().values()[0]).orElseThrow();
        file.put(module + "." + WEIGHT, SafetensorsType.U8, List.of(weight.rows() / PER_BYTE, weight.columns()), MemorySegment.ofArray(bytes));
        file.put(module + "." + SCALE, scale.type(), List.of(1),
                DenseWeight.of(new float[] {scale.divisor()}, 1, 1, scale.type()).data());
    }
}
