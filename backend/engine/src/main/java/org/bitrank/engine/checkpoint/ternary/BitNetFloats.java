package org.bitrank.engine.checkpoint.ternary;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.safetensors.MatrixLayout;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SkippedLayers;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * A layer of BitNet whose {@code weight} is stored as plain numbers {@code [rows, columns]}, as checkpoints are that can be trained further.
 * With {@code quantization_mode: online} the matrix is rounded to ternary whenever the model runs: {@code s = 1 / max(mean |w|, 1e-5)},
 * {@code clamp(round(w s), -1, 1) / s}. Else the numbers are as they run but for {@code weight_scale}, which multiplies. Source: {@code WeightQuant}
 * and {@code AutoBitLinear} of transformers' {@code integrations/bitnet.py}.
 *
 * <p>The price is what is stored: 16 bits a weight in bfloat16.
 */
public final class BitNetFloats implements MatrixLayout {
    private static final String WEIGHT = "weight";
    private static final String SCALE = "weight_scale";
    private static final double SMALLEST_MEAN = 1e-5;

    @Override
    public String format() {
        return BitNet.NAME;
    }

    @Override
    public String mark() {
        return WEIGHT;
    }

    @Override
    public List<String> parts() {
        return List.of(WEIGHT, SCALE);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        if (!parts.quantization().method().equals(BitNet.NAME)) {
            return false;
        }
        StoredTensor weight = parts.require(WEIGHT);
        return SafetensorsParts.isFloat(weight) && weight.shape().size() == 2 && !SkippedLayers.isTable(parts.module())
                && BitNetConfig.of(parts.quantization()).converts(parts.module());
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT);
        BitNetConfig config = config(parts);
        return config.online()
                ? TensorInfo.of(parts.weightName(), weight.shape(), weight.type() + " rounded to ternary", Codebooks.TERNARY_BITS,
                        StoredBytes.quantized(weight.bytes(), 0, 0, 0))
                : TensorInfo.of(parts.weightName(), weight.shape(), weight.type() + " with a scale", parts.floatType(WEIGHT).bytes() * Byte.SIZE,
                        new StoredBytes(weight.bytes(), 0, parts.size(SCALE), 0, 0, 0));
    }

    /** Only layers of one class can hold their weights so. */
    private static BitNetConfig config(SafetensorsParts parts) {
        BitNetConfig config = BitNetConfig.of(parts.quantization());
        if (!config.multiplying()) {
            throw BitRankException.badInput(("%s is stored as %s, but layers of BitNet's class bitlinear are packed (uint8); put %s into quantization_config's"
                    + " modules_to_not_convert if it is not quantized, or write linear_class %s and quantization_mode online if it is to be rounded when the model runs")
                    .formatted(parts.weightName(), parts.require(WEIGHT).type(), parts.module(), BitNetLayout.MULTIPLYING));
        }
        return config;
    }

    @Override
    public Weight read(SafetensorsParts parts) {
        StoredTensor weight = parts.require(WEIGHT);
        int rows = weight.shape().getFirst();
        int columns = weight.shape().get(1);
        float[] values = parts.floats(WEIGHT);
        if (config(parts).online()) {
            return rounded(parts, values, rows, columns);
        }
        float scale = BitNetLayout.scale(parts);
        for (int i = 0; i < values.length; i++) {
            values[i] *= scale;
        }
        return DenseWeight.of(values, rows, columns);
    }

    private static GroupedWeight rounded(SafetensorsParts parts, float[] values, int rows, int columns) {
        double sum = 0;
        for (float value : values) {
            sum += Math.abs(value);
        }
        if (!Double.isFinite(sum)) {
            throw BitRankException.numerical(parts.weightName() + " holds numbers that are infinite or no numbers; the checkpoint is damaged, get it again");
        }
        float divisor = 1 / (float) Math.max(sum / values.length, SMALLEST_MEAN);
        var codes = new byte[values.length];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = (byte) (1 + Math.clamp(Math.rint(values[i] * divisor), -1, 1));
        }
        return new GroupedWeight(rows, columns, Codebooks.TERNARY, codes, new GroupLayout.Blocks(rows, columns),
                new GroupNumbers.Reciprocal(divisor, DType.FLOAT32), null, null);
    }

    @Override
    public Optional<String> note(SafetensorsParts parts) {
        return config(parts).online()
                ? Optional.of(("stored as %s and rounded to ternary whenever the model runs (quantization_mode online), so that they cost what is stored;"
                        + " bitrank convert --format bitnet stores them at 2 bits").formatted(parts.require(WEIGHT).type().name().toLowerCase(Locale.ROOT)))
                : Optional.empty();
    }
}
