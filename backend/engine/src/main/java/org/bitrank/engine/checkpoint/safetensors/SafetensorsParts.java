package org.bitrank.engine.checkpoint.safetensors;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.bitrank.engine.checkpoint.QuantizationConfig;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * The tensors that a quantized module consists of, by their last name.
 *
 * @param quantization what the configuration says
 */
public record SafetensorsParts(SafetensorsSet set, String module, QuantizationConfig quantization) {
    public boolean has(String part) {
        return set.contains(name(part));
    }

    public boolean has(String part, SafetensorsType type) {
        return has(part) && set.tensor(name(part)).type() == type;
    }

    public StoredTensor require(String part) {
        if (!has(part)) {
            throw BitRankException.badInput("the checkpoint lacks tensor " + name(part));
        }
        return set.tensor(name(part));
    }

    /** The tensor, which must be of that type and have that many dimensions, none of them empty. */
    public StoredTensor require(String part, SafetensorsType type, int dimensions) {
        StoredTensor tensor = require(part);
        if (tensor.type() != type || tensor.shape().size() != dimensions || tensor.elements() == 0) {
            throw wrong(part, "%s with %d dimensions".formatted(type, dimensions));
        }
        return tensor;
    }

    /** The tensor, which must be of that type and shape. */
    public StoredTensor require(String part, SafetensorsType type, List<Integer> shape) {
        StoredTensor tensor = require(part);
        if (tensor.type() != type || !tensor.shape().equals(shape)) {
            throw wrong(part, type + " " + shape);
        }
        return tensor;
    }

    /** The tensor, which must hold float numbers in that shape. */
    public StoredTensor requireFloats(String part, List<Integer> shape) {
        StoredTensor tensor = require(part);
        if (!isFloat(tensor) || !tensor.shape().equals(shape)) {
            throw wrong(part, "floating-point numbers " + shape);
        }
        return tensor;
    }

    /** The type of a float tensor. */
    public DType floatType(String part) {
        StoredTensor tensor = require(part);
        if (!isFloat(tensor)) {
            throw wrong(part, "float32, float16 or bfloat16");
        }
        return tensor.type().dtype().orElseThrow();
    }

    public static boolean isFloat(StoredTensor tensor) {
        return tensor.type().dtype().filter(type -> type != DType.INT32).isPresent();
    }

    public BitRankException wrong(String part, String expected) {
        StoredTensor tensor = require(part);
        return BitRankException.badInput("%s is %s %s, where %s was expected".formatted(name(part), tensor.type(), tensor.shape(), expected));
    }

    public MemorySegment bytes(String part) {
        require(part);
        return set.bytes(name(part));
    }

    public byte[] byteArray(String part) {
        return bytes(part).toArray(ValueLayout.JAVA_BYTE);
    }

    public int[] integers(String part) {
        require(part);
        return set.integers(name(part));
    }

    public float[] floats(String part) {
        require(part);
        return set.dense(name(part)).toFloats();
    }

    /** The group of each column, every one of which must be below {@code groups}. */
    public int[] groupIndex(String part, int columns, int groups) {
        require(part, SafetensorsType.I32, List.of(columns));
        int[] index = integers(part);
        for (int group : index) {
            if (group < 0 || group >= groups) {
                throw BitRankException.badInput("%s names group %d of %d".formatted(name(part), group, groups));
            }
        }
        return index;
    }

    /** Bytes of a tensor, 0 where it is absent. */
    public long size(String part) {
        return has(part) ? set.tensor(name(part)).bytes() : 0;
    }

    public String name(String part) {
        return module + "." + part;
    }

    /** The tensor that the module is to those who read weights. */
    public String weightName() {
        return name("weight");
    }
}
