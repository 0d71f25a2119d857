package org.bitrank.engine.model;

import java.util.List;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** From a tower's width to that of the language model: two layers with an activation between them, or one. */
public final class Projector implements AutoCloseable {
    static final List<String> TWO = List.of("multi_modal_projector.linear_1", "multi_modal_projector.linear_2");
    static final List<String> ONE = List.of("multi_modal_projector.linear");

    private final VisionConfig config;
    private final int width;
    private final Workspace workspace;
    private Linear first;
    /** Null where there is one layer. */
    private Linear second;

    private Projector(VisionConfig config, int width, Backend backend) {
        this.config = config;
        this.width = width;
        this.workspace = new Workspace(config.tower().blocks(), backend);
    }

    /** @param width the language model's hidden size */
    public static Projector load(VisionConfig config, int width, WeightSource weights, Backend backend) {
        var projector = new Projector(config, width, backend);
        var loader = new WeightLoader(weights, projector.workspace);
        List<String> linears = config.projectorLinears();
        try {
            projector.first = Linear.load(loader, LinearShape.of(linears.getFirst(), width, config.projectorInputs(), config.biased()));
            if (linears.size() > 1) {
                projector.second = Linear.load(loader, LinearShape.of(linears.getLast(), width, width, config.biased()));
            }
            return projector;
        } catch (Throwable failure) {
            projector.close();
            throw failure;
        }
    }

    /** @param x {@code [T, inputs]}; what comes out is {@code [T, width]}, valid until the next call */
    public Tensor run(Tensor x, LinearObserver observer) {
        int rows = (int) x.rows();
        Tensor made = workspace.buffer(Workspace.Purpose.RESULT, rows, width);
        if (second == null) {
            first.forward(workspace.backend(), observer, x, made);
            return made;
        }
        Tensor inner = workspace.buffer(Workspace.Purpose.GATE, rows, width);
        first.forward(workspace.backend(), observer, x, inner);
        workspace.backend().activate(config.activation(), inner, inner);
        second.forward(workspace.backend(), observer, inner, made);
        return made;
    }

    @Override
    public void close() {
        Resources.close(first, second, workspace);
    }
}
