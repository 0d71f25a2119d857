package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.engine.statistics.Estimate;
import org.bitrank.engine.statistics.IntrinsicDimension;
import org.bitrank.engine.statistics.Separation;
import org.bitrank.engine.tasks.BosPolicy;
import org.bitrank.engine.tasks.DataSource;
import org.bitrank.engine.tasks.Item;
import org.bitrank.engine.tasks.OutputType;
import org.bitrank.engine.tasks.PairEncoder;
import org.bitrank.engine.tasks.PreparedTask;
import org.bitrank.engine.tasks.Request;
import org.bitrank.engine.tasks.TaskRegistry;
import org.bitrank.engine.tasks.TokenPair;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * The local intrinsic dimension of hidden states as a signal of truth (Yin, Srinivasa and Chang: Characterizing Truthfulness in
 * Large Language Model Generations with Local Intrinsic Dimension, 2024): behind some layers the states of true answers lie on a
 * flatter surface than those of false ones. There the model writes the answers; here they are the choices of a task, each looked
 * at behind its last token, among all choices of all questions.
 */
public final class TruthfulnessProbe {
    /** Parts of the depth that are looked at: states of all layers would not fit for larger models. */
    private static final double[] DEPTHS = {0.25, 0.5, 0.625, 0.75, 0.875, 1};

    private final CausalLM loaded;
    private final PairEncoder encoder;
    private final int[] layers;
    /** Behind each of the layers, one state for each answer. */
    private final List<List<float[]>> states = new ArrayList<>();
    private final List<Boolean> truths = new ArrayList<>();

    private TruthfulnessProbe(OpenedModel model, CausalLM loaded) {
        this.loaded = loaded;
        encoder = model.encoder(BosPolicy.AUTO, null);
        layers = Arrays.stream(DEPTHS)
                .mapToInt(depth -> Math.max(1, (int) Math.round(depth * loaded.config().layers())))
                .distinct()
                .toArray();
        for (int i = 0; i < layers.length; i++) {
            states.add(new ArrayList<>());
        }
    }

    /**
     * @param task a task of one right choice
     * @param limit the most questions, or null for all
     * @param data folder where data sets are looked for first, or null
     * @param neighbours at least 2 and fewer than answers
     */
    public static TruthfulnessReport measure(
            Path path, String task, Integer limit, Path data, int neighbours, Backend backend, Progress progress) {
        PreparedTask prepared = TaskRegistry.installed().load(task).prepare(DataSource.of(data), null, limit);
        if (prepared.task().outputType() != OutputType.MULTIPLE_CHOICE
                || !prepared.items().stream().allMatch(item -> item.target() instanceof Number)) {
            throw BitRankException.badInput("the task " + task + " has no single right choice; take one such as truthfulqa_mc1");
        }
        int answers = prepared.items().stream().mapToInt(item -> item.requests().size()).sum();
        if (neighbours < 2 || neighbours >= answers) {
            throw BitRankException.badInput("%d neighbours cannot be found among %d answers; give 2 to %d, or more questions"
                    .formatted(neighbours, answers, answers - 1));
        }
        try (OpenedModel model = OpenedModel.open(path);
                CausalLM loaded = model.load(backend)) {
            var probe = new TruthfulnessProbe(model, loaded);
            for (int i = 0; i < prepared.items().size(); i++) {
                progress.checkCancelled();
                progress.report("read the answers of " + task, i, prepared.items().size());
                probe.read(prepared.items().get(i));
            }
            progress.report("estimate dimensions", 0, 0);
            return probe.report(prepared, neighbours);
        }
    }

    private void read(Item item) {
        var builder = new TokenBatch.Builder();
        var ends = new int[item.requests().size()];
        TokenBatch.Segment context = null;
        int[] contextTokens = null;
        for (int i = 0; i < ends.length; i++) {
            TokenPair pair = encoder.encode((Request.LogLikelihood) item.requests().get(i));
            if (pair.length() > loaded.config().maxPositions()) {
                throw BitRankException.badInput("question %d is longer than the %d tokens that the model takes"
                        .formatted(item.documentId(), loaded.config().maxPositions()));
            }
            if (!loaded.config().sharesPrefixes()) {
                ends[i] = builder.add(null, pair.lastTokens(pair.length())).lastRow();
                continue;
            }
            if (!Arrays.equals(contextTokens, pair.context())) {
                contextTokens = pair.context();
                context = builder.add(null, contextTokens);
            }
            ends[i] = builder.add(context, pair.continuation()).lastRow();
        }
        loaded.observe(builder.build(), (layer, x) -> keep(layer + 1, x, ends));
        for (int i = 0; i < ends.length; i++) {
            truths.add(((Number) item.target()).intValue() == i);
        }
    }

    private void keep(int passed, Tensor x, int[] rows) {
        int place = Arrays.binarySearch(layers, passed);
        if (place < 0) {
            return;
        }
        try (Tensor ends = loaded.backend().allocate(DType.FLOAT32, new Shape(rows.length, x.columns()))) {
            loaded.backend().gatherRows(x, rows, ends);
            float[] all = loaded.backend().download(ends);
            int columns = Math.toIntExact(x.columns());
            for (int i = 0; i < rows.length; i++) {
                states.get(place).add(Arrays.copyOfRange(all, i * columns, (i + 1) * columns));
            }
        }
    }

    private TruthfulnessReport report(PreparedTask task, int neighbours) {
        var found = new ArrayList<TruthfulnessReport.Layer>();
        int right = (int) truths.stream().filter(truth -> truth).count();
        for (int place = 0; place < layers.length; place++) {
            double[] dimensions = IntrinsicDimension.local(states.get(place).toArray(float[][]::new), neighbours);
            double[] ofTrue = those(dimensions, true);
            double[] ofFalse = those(dimensions, false);
            if (ofTrue.length == 0 || ofFalse.length == 0) {
                throw BitRankException.badInput("there must be true and false answers with states of their own; take more questions");
            }
            Separation separation = Separation.of(ofFalse, ofTrue);
            boolean known = !Double.isNaN(separation.low());
            found.add(new TruthfulnessReport.Layer(
                    layers[place], Estimate.mean(ofTrue), Estimate.mean(ofFalse), separation.area(), known ? separation.low() : null,
                    known ? separation.high() : null));
        }
        return new TruthfulnessReport(
                task.task().name(), task.items().size(), neighbours, right, truths.size() - right, List.copyOf(found));
    }

    /** Answers with too many twins have no dimension and are left out. */
    private double[] those(double[] dimensions, boolean truth) {
        var kept = new ArrayList<Double>();
        for (int i = 0; i < dimensions.length; i++) {
            if (truths.get(i) == truth && Double.isFinite(dimensions[i])) {
                kept.add(dimensions[i]);
            }
        }
        return kept.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
