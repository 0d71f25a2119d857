package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.kernels.AttentionShape;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** The attention of one block, between its norm and the residual stream. */
final class Attention implements AutoCloseable {
    private final ModelConfig config;
    private final int index;
    private final Workspace workspace;
    private final List<Linear> projections = new ArrayList<>();
    private Norm queryNorm;
    private Norm keyNorm;
    private Linear output;
    /** Null where queries, keys and values meet as they are. */
    private KeyValueTreatment treatment;

    private Attention(ModelConfig config, int index, Workspace workspace) {
        this.config = config;
        this.index = index;
        this.workspace = workspace;
    }

    static Attention load(ModelConfig config, int index, BlockLayout layout, WeightLoader loader, Workspace workspace) {
        var attention = new Attention(config, index, workspace);
        try {
            layout.projections().forEach(shape -> attention.projections.add(Linear.load(loader, shape)));
            attention.queryNorm = headNorm(config, index, loader, config.architecture().attention().queryNorm());
            attention.keyNorm = headNorm(config, index, loader, config.architecture().attention().keyNorm());
            attention.output = Linear.load(loader, layout.output());
            attention.treatment = KeyValueTreatment.of(
                    workspace.online(), loader.keyValueScales(layout.output().name()), config, workspace.backend());
            return attention;
        } catch (Throwable failure) {
            attention.close();
            throw failure;
        }
    }

    private static Norm headNorm(ModelConfig config, int index, WeightLoader loader, String name) {
        return name == null ? null : Norm.load(
                loader, config.architecture().names().block(index) + name, Norm.Kind.RMS, config.headSize(), config.normEpsilon());
    }

    /** In the order they run. */
    List<Linear> linears() {
        var linears = new ArrayList<>(projections);
        linears.add(output);
        return linears;
    }

    /** @param y {@code [T, hidden]}, what is to be added to the residual stream; another tensor than {@code normed} */
    void run(Tensor normed, TokenBatch batch, KeyValues past, LinearObserver observer, Tensor y) {
        Backend backend = workspace.backend();
        int rows = batch.size();
        Tensor queries = workspace.buffer(Workspace.Purpose.QUERY, rows, config.queryWidth());
        Tensor allKeys = workspace.buffer(Workspace.Purpose.KEY, batch.held() + rows, config.keyWidth());
        Tensor allValues = workspace.buffer(Workspace.Purpose.VALUE, batch.held() + rows, config.keyWidth());
        Tensor keys = allKeys.rows(batch.held(), rows);
        Tensor values = allValues.rows(batch.held(), rows);
        project(normed, observer, queries, keys, values);
        if (observer.done()) {
            return;
        }
        if (queryNorm != null) {
            queryNorm.apply(backend, queries, queries);
            keyNorm.apply(backend, keys, keys);
        }
        if (config.rotary() != null) {
            RotaryTables.Rotation rotation = workspace.rotation(batch);
            backend.rotate(queries, config.headSize(), rotation.rows(), rotation.cosines(), rotation.sines());
            backend.rotate(keys, config.headSize(), rotation.rows(), rotation.cosines(), rotation.sines());
        }
        if (treatment != null) {
            treatment.apply(queries, keys, values);
        }
        Tensor attended = workspace.buffer(Workspace.Purpose.ATTENDED, rows, config.queryWidth());
        Tensor seenKeys = past.join(index, batch, allKeys, KeyValues.Kind.KEY);
        Tensor seenValues = past.join(index, batch, allValues, KeyValues.Kind.VALUE);
        AttentionShape shape = config.attention().get(index);
        if (workspace.online().integersOnly()) {
            int bits = workspace.online().integerBits();
            backend.integers().attention(queries, seenKeys, seenValues, shape, batch.runs(), bits, attended);
        } else {
            backend.attention(queries, seenKeys, seenValues, shape, batch.runs(), attended);
        }
        output.forward(backend, observer, attended, y);
    }

    private void project(Tensor normed, LinearObserver observer, Tensor... targets) {
        int from = 0;
        for (Linear projection : projections) {
            int to = from + projection.parts();
            projection.forward(workspace.backend(), observer, normed, Arrays.copyOfRange(targets, from, to));
            from = to;
        }
    }

    @Override
    public void close() {
        Resources.close(Resources.all(projections), queryNorm, keyNorm, output, treatment);
    }
}
