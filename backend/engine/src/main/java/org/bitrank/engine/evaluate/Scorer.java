package org.bitrank.engine.evaluate;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.KeptPrefix;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Distributions;
import org.bitrank.kernels.PackedMatrix;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Runs batches and reads off how likely their scored tokens are. */
final class Scorer implements AutoCloseable {
    private final CausalLM model;
    private final KeptPrefix kept;
    private final PackedMatrix baseHead;

    Scorer(CausalLM model) {
        this(model, null);
    }

    /** @param baseHead the base's head, for comparisons */
    Scorer(CausalLM model, PackedMatrix baseHead) {
        this.model = model;
        this.kept = new KeptPrefix(model);
        this.baseHead = baseHead;
    }

    /** Scores a batch and keeps the hidden states of its scored rows, from which the distributions can be had again. */
    List<PassageScore> scoreAndKeep(ScoringBatch batch, HiddenStates store, long firstRow) {
        try (Tensor hidden = scoredRows(batch)) {
            store.write(firstRow, hidden, model.backend());
            return plain(batch, hidden);
        }
    }

    /** Scores a batch against the base's hidden states of the same rows. */
    List<PassageScore> compare(ScoringBatch batch, HiddenStates base, long firstRow) {
        Backend backend = model.backend();
        int count = batch.rows().length;
        var found = Distributions.of(count);
        try (Tensor hidden = scoredRows(batch);
                Tensor baseHidden = base.read(firstRow, count, backend)) {
            backend.compareDistributions(baseHidden, baseHead, hidden, model.head(), batch.targets(), found);
        }
        return scores(batch, found, true);
    }

    List<PassageScore> score(ScoringBatch batch) {
        try (Tensor hidden = scoredRows(batch)) {
            return plain(batch, hidden);
        }
    }

    private Tensor scoredRows(ScoringBatch batch) {
        Tensor hidden = batch.run(kept);
        Tensor rows = model.backend().allocate(DType.FLOAT32, new Shape(batch.rows().length, hidden.columns()));
        model.backend().gatherRows(hidden, batch.rows(), rows);
        return rows;
    }

    private List<PassageScore> plain(ScoringBatch batch, Tensor hidden) {
        var found = Distributions.of(batch.rows().length);
        model.backend().targetLogProbs(hidden, model.head(), batch.targets(), found.logProbs(), found.argmax());
        return scores(batch, found, false);
    }

    private static List<PassageScore> scores(ScoringBatch batch, Distributions found, boolean compared) {
        var scores = new ArrayList<PassageScore>(batch.counts().length);
        int row = 0;
        for (int count : batch.counts()) {
            BaseAgreement agreement = compared ? agreement(found, row, count) : null;
            double logLikelihood = 0;
            boolean greedy = true;
            for (int end = row + count; row < end; row++) {
                logLikelihood += found.logProbs()[row];
                greedy &= found.argmax()[row] == batch.targets()[row];
            }
            if (Double.isNaN(logLikelihood) || (compared && Double.isNaN(agreement.divergence()))) {
                throw BitRankException.numerical("the model's output is not a number; its weights or the compute type overflow");
            }
            scores.add(new PassageScore(logLikelihood, count, greedy, agreement));
        }
        return scores;
    }

    private static BaseAgreement agreement(Distributions found, int first, int count) {
        var divergences = new ArrayList<Float>(count);
        int top = 0;
        int topFive = 0;
        for (int row = first; row < first + count; row++) {
            divergences.add(found.divergence()[row]);
            top += found.argmax()[row] == found.baseArgmax()[row] ? 1 : 0;
            topFive += found.topShared()[row];
        }
        return new BaseAgreement(divergences, top, topFive);
    }

    @Override
    public void close() {
        kept.close();
    }
}
