package org.bitrank.engine.checkpoint.ternary;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsWriter;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.checkpoint.safetensors.WritableLayout;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * BitNet's ternary layout: {@code weight} uint8 {@code [rows / 4, columns]}, code = value + 1, four quarters of the rows in a byte, the
 * first in the lowest bits; {@code weight_scale} {@code [1]}, by which values are divided, or multiplied where the configuration's
 * {@code linear_class} is {@code autobitlinear}. Source: transformers' {@code integrations/bitnet.py}.
 */
public final class BitNetLayout implements WritableLayout {
    /** The class of layers that multiply by the scale. */
    static final String MULTIPLYING = "autobitlinear";

    private static final String WEIGHT = "weight";
    private static final String SCALE = "weight_scale";
    private static final int PER_BYTE = 4;

    private final boolean multiplying;

    /** @param multiplying values are written to be multiplied by the scale, which then may be any number */
    public BitNetLayout(boolean multiplying) {
        this.multiplying = multiplying;
    }

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

    /** Whether a module is in this layout. */
    public boolean marks(SafetensorsParts parts) {
        return parts.has(SCALE) && holds(parts);
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
        float scale = scale(parts);
        boolean multiplies = parts.quantization().node().path("linear_class").asString("").equals(MULTIPLYING);
        return new GroupedWeight(rows, columns, Codebooks.TERNARY, codes, new GroupLayout.Blocks(rows, columns),
                multiplies ? GroupNumbers.plain(new float[] {scale}, type) : new GroupNumbers.Reciprocal(scale, type), null, null);
    }

    /** The scale of a module, which must be one number. */
    static float scale(SafetensorsParts parts) {
        parts.floatType(SCALE);
        float[] scale = parts.floats(SCALE);
        if (scale.length != 1 || !(scale[0] > 0)) {
            throw BitRankException.badInput("%s holds %d numbers, the first %s; it must be one above 0"
                    .formatted(parts.name(SCALE), scale.length, scale.length == 0 ? "missing" : scale[0]));
        }
        return scale[0];
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
        if (multiplying || weight.scales() instanceof GroupNumbers.Reciprocal || GroupNumbers.Reciprocal.of(weight.scales().values()[0]).isPresent()) {
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
        DType type = DType.FLOAT32;
        float scale = weight.scales().values()[0];
        if (multiplying && weight.scales() instanceof GroupNumbers.Plain plain) {
            type = plain.type();
        } else if (!multiplying) {
            var divides = weight.scales() instanceof GroupNumbers.Reciprocal stored ? stored : GroupNumbers.Reciprocal.of(scale).orElseThrow();
            type = divides.type();
            scale = divides.divisor();
        }
        file.put(module + "." + WEIGHT, SafetensorsType.U8, List.of(weight.rows() / PER_BYTE, weight.columns()), MemorySegment.ofArray(bytes));
        file.put(module + "." + SCALE, type, List.of(1), DenseWeight.of(new float[] {scale}, 1, 1, type).data());
    }
}
