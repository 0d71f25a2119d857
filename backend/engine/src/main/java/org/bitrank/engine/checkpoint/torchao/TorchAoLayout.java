package org.bitrank.engine.checkpoint.torchao;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.bitrank.engine.checkpoint.Json;
import org.bitrank.engine.checkpoint.StoredBytes;
import org.bitrank.engine.checkpoint.TensorInfo;
import org.bitrank.engine.checkpoint.codes.Float8Codes;
import org.bitrank.engine.checkpoint.codes.SignedCodes;
import org.bitrank.engine.checkpoint.safetensors.MatrixLayout;
import org.bitrank.engine.checkpoint.safetensors.ReadOnlyFormat;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsType;
import org.bitrank.engine.checkpoint.safetensors.StoredTensor;
import org.bitrank.engine.weights.AffineGrid;
import org.bitrank.engine.weights.Codebooks;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupNumbers;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.JsonNode;

/**
 * torchao's tensor subclasses as transformers saves them: {@code _weight_qdata} int8 or float8 E4M3 {@code [rows, columns]},
 * {@code _weight_scale} {@code [rows, groups]}, {@code _weight_zero_point} int8, as many. The header's {@code __metadata__} tells the class and
 * the width: integers of fewer bits than 8 lie in a byte each. Value = (code − zero) · scale.
 */
public final class TorchAoLayout implements MatrixLayout {
    private static final String CODES = "_weight_qdata";
    private static final String SCALE = "_weight_scale";
    private static final String ZERO = "_weight_zero_point";

    @Override
    public String format() {
        return ReadOnlyFormat.TORCHAO.name();
    }

    @Override
    public String mark() {
        return CODES;
    }

    @Override
    public List<String> parts() {
        return List.of(CODES, SCALE, ZERO);
    }

    @Override
    public boolean holds(SafetensorsParts parts) {
        return parts.has(SCALE) && (parts.has(CODES, SafetensorsType.I8) || parts.has(CODES, SafetensorsType.F8_E4M3));
    }

    @Override
    public TensorInfo info(SafetensorsParts parts) {
        StoredTensor codes = codes(parts);
        boolean integers = codes.type() == SafetensorsType.I8;
        int bits = integers ? bits(parts) : 8;
        return TensorInfo.of(parts.weightName(), codes.shape(), "torchao " + (integers ? "int" + bits : "float8"), bits,
                StoredBytes.quantized(codes.bytes(), parts.size(SCALE), parts.size(ZERO), 0));
    }

    private static StoredTensor codes(SafetensorsParts parts) {
        return parts.require(CODES, parts.require(CODES).type(), 2);
    }

    /** {@code "target_dtype": {"_data": "int4"}}; without it a code has all bits of its byte. */
    private static int bits(SafetensorsParts parts) {
        String described = parts.set().metadata(parts.name(CODES)).get(parts.weightName());
        if (described == null) {
            return 8;
        }
        JsonNode type = Json.parseObject(described.getBytes(StandardCharsets.UTF_8), "the description of " + parts.weightName())
                .path("_data").path("target_dtype").path("_data");
        String name = type.asString("int8");
        if (!name.matches("int[1-8]")) {
            throw BitRankException.unsupported("%s is of torchao's type '%s'; int1 to int8 are read".formatted(parts.weightName(), name));
        }
        return name.charAt(3) - '0';
    }

    @Override
    public GroupedWeight read(SafetensorsParts parts) {
        StoredTensor codes = codes(parts);
        int rows = codes.shape().getFirst();
        int columns = codes.shape().get(1);
        List<Integer> shape = parts.require(SCALE).shape();
        if (shape.size() != 2 || shape.getFirst() != rows || shape.get(1) < 1 || columns % shape.get(1) != 0) {
            throw parts.wrong(SCALE, "[%d, groups]".formatted(rows));
        }
        var layout = new GroupLayout.AlongColumns(columns / shape.get(1));
        var scales = GroupNumbers.plain(floats(parts), parts.floatType(SCALE));
        if (codes.type() == SafetensorsType.F8_E4M3) {
            return new GroupedWeight(rows, columns, Codebooks.E4M3, Float8Codes.read(parts, CODES), layout, scales, null, null);
        }
        int bits = bits(parts);
        byte[] unsigned = SignedCodes.unsigned(parts, CODES, bits);
        float[] zeros = null;
        if (parts.has(ZERO)) {
            parts.require(ZERO, SafetensorsType.I8, shape);
            zeros = SignedCodes.zeros(parts, ZERO, bits);
        }
        return new GroupedWeight(rows, columns, new AffineGrid(bits, zeros == null), unsigned, layout, scales, zeros, null);
    }

    private static float[] floats(SafetensorsParts parts) {
        parts.floatType(SCALE);
        return parts.floats(SCALE);
    }
}
