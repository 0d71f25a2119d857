package org.bitrank.engine.model;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Tensor;

/**
 * Several MLPs of which each token goes through the few that a router scores best, weighted by the softmax of their scores
 * (Jiang et al., Mixtral of Experts, arXiv 2401.04088).
 */
final class RoutedExperts implements FeedForward {
    private final ModelConfig config;
    private final Workspace workspace;
    private final List<Mlp> experts = new ArrayList<>();
    private Linear router;

    private RoutedExperts(ModelConfig config, Workspace workspace) {
        this.config = config;
        this.workspace = workspace;
    }

    static RoutedExperts load(ModelConfig config, BlockLayout layout, WeightLoader loader, Workspace workspace) {
        var routed = new RoutedExperts(config, workspace);
        try {
            routed.router = Linear.load(loader.untreated(), layout.router());
            layout.experts().forEach(shapes -> routed.experts.add(Mlp.load(config, shapes, loader, workspace)));
            return routed;
        } catch (Throwable failure) {
            routed.close();
            throw failure;
        }
    }

    @Override
    public List<Linear> linears() {
        var linears = new ArrayList<Linear>();
        linears.add(router);
        experts.forEach(expert -> linears.addAll(expert.linears()));
        return linears;
    }

    @Override
    public void run(Tensor normed, LinearObserver observer, Tensor y) {
        Backend backend = workspace.backend();
        int tokens = (int) normed.rows();
        Tensor scores = workspace.buffer(Workspace.Purpose.SCORES, tokens, experts.size());
        router.forward(backend, observer, normed, scores);
        if (observer.done()) {
            return;
        }
        Routing routing = Routing.of(backend.download(scores), experts.size(), config.expertsPerToken());
        int hidden = config.hiddenSize();
        Tensor sent = workspace.buffer(Workspace.Purpose.SENT, routing.tokens().length, hidden);
        Tensor made = workspace.buffer(Workspace.Purpose.MADE, routing.tokens().length, hidden);
        backend.gatherRows(normed, routing.tokens(), sent);
        for (int expert = 0; expert < experts.size(); expert++) {
            int from = routing.firstOf(expert);
            int count = routing.firstOf(expert + 1) - from;
            if (count > 0) {
                experts.get(expert).run(sent.rows(from, count), observer, made.rows(from, count));
            }
        }
        backend.mixRows(made, routing.places(), routing.weights(), y);
    }

    @Override
    public void close() {
        Resources.close(Resources.all(experts), router);
    }
}
