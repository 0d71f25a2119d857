package org.bitrank.engine.checkpoint.compressed;

import java.util.List;
import org.bitrank.engine.checkpoint.safetensors.SafetensorsParts;
import org.bitrank.engine.weights.GroupLayout;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which weights share a scale, as the shape of compressed-tensors' {@code weight_scale} tells it: {@code []} or {@code [1]}
 * the matrix, {@code [rows, 1]} a row, {@code [rows, groups]} neighbouring columns of a row, {@code [⌈rows/h⌉, ⌈columns/w⌉]}
 * blocks.
 */
record ScaleShape(GroupLayout layout) {
    /** Blocks are of this size in every file there is; the shape alone would leave it open. */
    private static final int USUAL_BLOCK = 128;

    static ScaleShape of(SafetensorsParts parts, String part, int rows, int columns) {
        parts.floatType(part);
        List<Integer> shape = parts.require(part).shape();
        if (parts.require(part).elements() == 1 && !(rows == 1 && shape.size() == 2)) {
            return new ScaleShape(new GroupLayout.Blocks(rows, columns));
        }
        if (shape.size() == 2 && shape.get(1) > 0) {
            if (shape.getFirst() == rows && columns % shape.get(1) == 0) {
                return new ScaleShape(new GroupLayout.AlongColumns(columns / shape.get(1)));
            }
            var block = block(parts);
            if (shape.equals(List.of(GroupLayout.perRow(rows, block.blockRows()), GroupLayout.perRow(columns, block.blockColumns())))) {
                return new ScaleShape(block);
            }
        }
        if (shape.equals(List.of(rows))) {
            return new ScaleShape(new GroupLayout.AlongColumns(columns));
        }
        throw BitRankException.badInput("%s has shape %s, which does not fit a matrix [%d, %d]".formatted(parts.name(part), shape, rows, columns));
    }

    private static GroupLayout.Blocks block(SafetensorsParts parts) {
        int[] declared = parts.quantization().group(parts.module()).map(CompressedTensorsConfig.Group::block).orElse(null);
        if (declared == null) {
            var size = parts.quantization().node().path("weight_block_size");
            declared = new int[] {size.path(0).asInt(USUAL_BLOCK), size.path(1).asInt(USUAL_BLOCK)};
        }
        return new GroupLayout.Blocks(Math.max(1, declared[0]), Math.max(1, declared[1]));
    }

    /** One scale for the whole matrix. */
    static boolean isWhole(GroupedWeight weight) {
        return weight.layout() instanceof GroupLayout.Blocks && weight.scales().count() == 1;
    }

    /** The shape of the scales of a matrix that is to be written. */
    static List<Integer> shape(GroupedWeight weight) {
        if (isWhole(weight)) {
            return List.of(1);
        }
        if (weight.layout() instanceof GroupLayout.Blocks block) {
            return List.of(GroupLayout.perRow(weight.rows(), block.blockRows()), GroupLayout.perRow(weight.columns(), block.blockColumns()));
        }
        return List.of(weight.rows(), weight.groups());
    }

    /** The {@code weights} of its scheme. */
    static ObjectNode weights(GroupedWeight weight, String type, boolean symmetric) {
        if (isWhole(weight)) {
            return CompressedLayout.weights(weight.grid().bits(), type, symmetric, "tensor", null);
        }
        if (weight.layout() instanceof GroupLayout.Blocks block) {
            ObjectNode weights = CompressedLayout.weights(weight.grid().bits(), type, symmetric, "block", null);
            ArrayNode size = weights.putArray("block_structure");
            size.add(block.blockRows()).add(block.blockColumns());
            return weights;
        }
        boolean perChannel = weight.groupSize() == weight.columns();
        return CompressedLayout.weights(weight.grid().bits(), type, symmetric, perChannel ? "channel" : "group", perChannel ? null : weight.groupSize());
    }
}
