package org.bitrank.engine.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;

/** Unquantized tensors, and matrices in {@code pack-quantized} form where there is a configuration for them. */
final class SafetensorsSource implements WeightSource {
    private static final String WEIGHT = ".weight";
    private static final String PACKED = "." + PackQuantized.PACKED;

    private final SafetensorsSet set;
    private final PackQuantizedConfig quantization;
    private final SortedSet<String> names = new TreeSet<>();

    /** @param quantization null on an unquantized checkpoint */
    SafetensorsSource(SafetensorsSet set, PackQuantizedConfig quantization) {
        this.set = set;
        this.quantization = quantization;
        for (String name : set.holders().keySet()) {
            if (quantization != null && name.endsWith(PACKED)) {
                names.add(module(name, PACKED) + WEIGHT);
            } else if (quantization == null || !isPart(name)) {
                names.add(name);
            }
        }
    }

    private boolean isPart(String name) {
        int dot = name.lastIndexOf('.');
        return dot > 0 && set.contains(name.substring(0, dot) + PACKED);
    }

    @Override
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(names);
    }

    @Override
    public TensorInfo info(String name) {
        if (!isPacked(name)) {
            return SafetensorsFile.info(set.tensor(name));
        }
        String module = module(name, WEIGHT);
        var parts = new SafetensorsParts(set, module);
        int[] shape = parts.integers(PackQuantized.SHAPE);
        int bits = quantization.bits(module);
        var stored = new StoredBytes(0, parts.size(PackQuantized.PACKED), parts.size(PackQuantized.SCALE),
                parts.size(PackQuantized.ZERO_POINT), parts.size(PackQuantized.GROUP_INDEX), parts.size(PackQuantized.SHAPE));
        if (shape.length != 2 || shape[0] < 1 || shape[1] < 1) {
            throw BitRankException.badInput("%s.%s must hold the two sizes of a matrix".formatted(module, PackQuantized.SHAPE));
        }
        return TensorInfo.of(name, List.of(shape[0], shape[1]), "pack-quantized " + bits + "-bit", bits, stored);
    }

    @Override
    public Weight read(String name) {
        if (isPacked(name)) {
            String module = module(name, WEIGHT);
            return PackQuantized.read(new SafetensorsParts(set, module), module, quantization.bits(module));
        }
        return set.dense(name);
    }

    private boolean isPacked(String name) {
        return quantization != null && name.endsWith(WEIGHT) && set.contains(module(name, WEIGHT) + PACKED);
    }

    private static String module(String name, String suffix) {
        return name.substring(0, name.length() - suffix.length());
    }
}
