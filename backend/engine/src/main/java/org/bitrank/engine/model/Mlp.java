package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.kernels.Activation;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/** Two layers with an activation between them; with a gate, {@code down(silu(gate(x)) * up(x))}. */
final class Mlp implements FeedForward {
    private final Workspace workspace;
    private final int width;
    private final Activation activation;
    private final boolean gated;
    /** Gate and up, one matrix that holds both, or up alone. */
    private final List<Linear> in = new ArrayList<>();
    private Linear down;

    private Mlp(ModelConfig config, Workspace workspace) {
        this.workspace = workspace;
        this.width = config.intermediateSize();
        this.activation = config.activation();
        this.gated = config.architecture().feedForward().gated();
    }

    static Mlp load(ModelConfig config, BlockLayout.Expert shapes, WeightLoader loader, Workspace workspace) {
        var mlp = new Mlp(config, workspace);
        try {
            shapes.in().forEach(shape -> mlp.in.add(Linear.load(loader, shape)));
            mlp.down = Linear.load(loader, shapes.down());
            return mlp;
        } catch (Throwable failure) {
            mlp.close();
            throw failure;
        }
    }

    @Override
    public List<Linear> linears() {
        var linears = new ArrayList<>(in);
        linears.add(down);
        return linears;
    }

    @Override
    public void run(Tensor normed, LinearObserver observer, Tensor y) {
        Backend backend = workspace.backend();
        int rows = (int) normed.rows();
        Tensor active = workspace.buffer(Workspace.Purpose.GATE, rows, width);
        if (gated) {
            Tensor raised = workspace.buffer(Workspace.Purpose.UP, rows, width);
            if (in.size() == 1) {
                in.getFirst().forward(backend, observer, normed, active, raised);
            } else {
                in.getFirst().forward(backend, observer, normed, active);
                in.getLast().forward(backend, observer, normed, raised);
            }
            if (workspace.online().integersOnly()) {
                backend.integers().swiglu(active, raised, workspace.online().integerBits(), active);
            } else {
                backend.swiglu(active, raised, active);
            }
        } else {
            in.getFirst().forward(backend, observer, normed, active);
            backend.activate(activation, active, active);
        }
        down.forward(backend, observer, active, y);
    }

    @Override
    public void close() {
        Resources.close(Resources.all(in), down);
    }
}
