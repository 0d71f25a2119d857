package org.bitrank.engine.checkpoint;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.kernels.BitRankException;

/**
 * Mixtral's experts one by one, under the names that most checkpoints have, where a checkpoint holds them all in two tensors as
 * transformers 5 does in memory: {@code mlp.experts.gate_up_proj} {@code [experts, 2 * width, hidden]} and
 * {@code mlp.experts.down_proj} {@code [experts, hidden, width]}.
 */
final class ExpertsSource implements SourceAround {
    private static final String GATE_UP = ".mlp.experts.gate_up_proj";
    private static final String DOWN = ".mlp.experts.down_proj";
    private static final String ROUTER = ".mlp.gate.weight";

    /** A part of a stored tensor: {@code rows} rows of expert {@code expert} from {@code firstRow} on. */
    private record Slice(String stored, int expert, int firstRow, int rows, int columns) {}

    private final WeightSource source;
    private final Map<String, Slice> slices = new TreeMap<>();
    private final Map<String, String> routers = new TreeMap<>();
    private final SortedSet<String> names = new TreeSet<>();

    ExpertsSource(WeightSource source) {
        this.source = source;
        for (String name : source.names()) {
            if (name.endsWith(GATE_UP)) {
                slice(name, GATE_UP, "w1", "w3");
            } else if (name.endsWith(DOWN)) {
                slice(name, DOWN, "w2");
            } else if (name.endsWith(ROUTER)) {
                routers.put(name.substring(0, name.length() - ROUTER.length()) + ".block_sparse_moe.gate.weight", name);
            } else {
                names.add(name);
            }
        }
        names.addAll(slices.keySet());
        names.addAll(routers.keySet());
    }

    static boolean neededFor(WeightSource source) {
        return source.names().stream().anyMatch(name -> name.endsWith(GATE_UP));
    }

    private void slice(String stored, String suffix, String... parts) {
        List<Integer> shape = source.info(stored).shape();
        if (shape.size() != 3 || shape.get(1) % parts.length != 0) {
            throw BitRankException.badInput("tensor %s is %s, which is no table of experts".formatted(stored, shape));
        }
        int rows = shape.get(1) / parts.length;
        String block = stored.substring(0, stored.length() - suffix.length());
        for (int expert = 0; expert < shape.getFirst(); expert++) {
            for (int part = 0; part < parts.length; part++) {
                slices.put("%s.block_sparse_moe.experts.%d.%s.weight".formatted(block, expert, parts[part]),
                        new Slice(stored, expert, part * rows, rows, shape.get(2)));
            }
        }
    }

    @Override
    public WeightSource source() {
        return source;
    }

    @Override
    public SortedSet<String> names() {
        return Collections.unmodifiableSortedSet(names);
    }

    @Override
    public TensorInfo info(String name) {
        Slice slice = slices.get(name);
        if (slice == null) {
            TensorInfo info = source.info(routers.getOrDefault(name, name));
            return TensorInfo.of(name, info.shape(), info.encoding(), info.bits(), info.stored());
        }
        TensorInfo whole = source.info(slice.stored());
        long elements = (long) slice.rows() * slice.columns();
        return TensorInfo.of(name, List.of(slice.rows(), slice.columns()), whole.encoding(), whole.bits(),
                StoredBytes.dense(elements * whole.bytes() / whole.elements()));
    }

    @Override
    public Weight read(String name) {
        Slice slice = slices.get(name);
        if (slice == null) {
            return source.read(routers.getOrDefault(name, name));
        }
        if (!(source.read(slice.stored()) instanceof DenseWeight whole)) {
            throw BitRankException.unsupported("experts that are quantized in one tensor (%s) are not supported".formatted(slice.stored()));
        }
        long rowBytes = (long) slice.columns() * whole.dtype().bytes();
        long rowsOfExpert = whole.columns() / slice.columns();
        long first = (slice.expert() * rowsOfExpert + slice.firstRow()) * rowBytes;
        return new DenseWeight(whole.dtype(), slice.rows(), slice.columns(), whole.data().asSlice(first, slice.rows() * rowBytes));
    }
}
