package org.bitrank.engine.model;

import java.util.List;
import org.bitrank.kernels.Tensor;

/** What a block does with each token by itself, between its norm and the residual stream. */
interface FeedForward extends AutoCloseable {
    static FeedForward load(ModelConfig config, BlockLayout layout, WeightLoader loader, Workspace workspace) {
        return layout.router() == null
                ? Mlp.load(config, layout.experts().getFirst(), loader, workspace)
                : RoutedExperts.load(config, layout, loader, workspace);
    }

    /** In the order they run, a router first. */
    List<Linear> linears();

    /** @param y {@code [T, hidden]}, what is to be added to the residual stream; another tensor than {@code normed} */
    void run(Tensor normed, LinearObserver observer, Tensor y);

    @Override
    void close();
}
