package org.bitrank.engine.checkpoint;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.regex.Pattern;
import org.bitrank.engine.weights.DenseWeight;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which matrices of a model are stored {@code [inputs, outputs]}: those of GPT-2's linear layers, of the class {@code Conv1D}
 * in transformers. Only unquantized ones; quantized formats keep a matrix by its outputs, whatever its class.
 */
public record Conv1d(Pattern names) {
    private static final Conv1d NONE = new Conv1d(null);
    private static final Conv1d GPT2 = new Conv1d(Pattern.compile("(.*\\.)?h\\.\\d+\\.(attn|mlp)\\.(c_attn|c_fc|c_proj)\\.weight"));

    public static Conv1d of(ObjectNode config) {
        return config.path("model_type").asString("").equals("gpt2") ? GPT2 : NONE;
    }

    boolean any() {
        return names != null;
    }

    public boolean stores(String tensor) {
        return names != null && names.matcher(tensor).matches();
    }

    public static List<Integer> transposed(List<Integer> shape) {
        return shape.reversed();
    }

    public static DenseWeight transposed(DenseWeight weight) {
        int rows = weight.rows();
        int columns = weight.columns();
        var across = MemorySegment.ofArray(new byte[Math.toIntExact(weight.data().byteSize())]);
        if (weight.dtype().bytes() == Integer.BYTES) {
            for (long row = 0; row < rows; row++) {
                for (long column = 0; column < columns; column++) {
                    across.setAtIndex(ValueLayout.JAVA_INT_UNALIGNED, column * rows + row,
                            weight.data().getAtIndex(ValueLayout.JAVA_INT_UNALIGNED, row * columns + column));
                }
            }
        } else {
            for (long row = 0; row < rows; row++) {
                for (long column = 0; column < columns; column++) {
                    across.setAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, column * rows + row,
                            weight.data().getAtIndex(ValueLayout.JAVA_SHORT_UNALIGNED, row * columns + column));
                }
            }
        }
        return new DenseWeight(weight.dtype(), columns, rows, across);
    }
}
