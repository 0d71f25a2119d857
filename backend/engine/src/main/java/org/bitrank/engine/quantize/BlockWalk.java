package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.LanguageHead;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.Workspace;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;

/**
 * Block after block: look at its inputs, quantize its linear layers, write them, and pass the calibration states on through
 * what is now quantized. One block is in memory at a time, and the states.
 */
final class BlockWalk<O extends Record> {
    private static final String HEAD = "lm_head";

    private final ModelConfig config;
    private final WeightSource weights;
    private final QuantizationMethod<O> method;
    private final O options;
    private final Recipe recipe;
    private final WeightSettings settings;
    private final Backend backend;
    private final ArtifactWriter writer;
    private final Progress progress;
    private final Map<Integer, Integer> groupSizeOfWidth = new TreeMap<>();
    private final QuantizationNotes notes = new QuantizationNotes();
    private int layers;

    BlockWalk(
            ModelConfig config,
            WeightSource weights,
            QuantizationMethod<O> method,
            Recipe recipe,
            Backend backend,
            ArtifactWriter writer,
            Progress progress) {
        this.config = config;
        this.weights = weights;
        this.method = method;
        this.options = method.optionsType().cast(recipe.options());
        this.recipe = recipe;
        this.backend = backend;
        this.writer = writer;
        this.progress = progress;
        this.settings = recipe.weights().fittedTo(widths());
    }

    private Set<Integer> widths() {
        var widths = new TreeSet<Integer>();
        for (int index = 0; index < config.layers(); index++) {
            for (List<String> group : wanted(DecoderBlock.linearGroups(index))) {
                group.forEach(linear -> widths.add(weights.info(weight(linear)).columns()));
            }
        }
        if (!recipe.scope().excludes(HEAD)) {
            widths.add(config.hiddenSize());
        }
        return widths;
    }

    /** Linear layers quantized. */
    int layers() {
        return layers;
    }

    /** What the method had to say of single layers. */
    QuantizationNotes notes() {
        return notes;
    }

    /** The group size that rows of each width got. */
    Map<Integer, Integer> groupSizeOfWidth() {
        return groupSizeOfWidth;
    }

    /** @param calibration null for a method that looks at no data */
    void run(Calibration calibration) {
        if (!recipe.scope().excludes(HEAD) && config.tiedEmbeddings()) {
            throw BitRankException.badInput(
                    "this model's lm_head shares the embedding's weights and cannot be quantized; put lm_head in scope.exclude");
        }
        CalibrationStates states =
                calibration == null ? null : new CalibrationStates(calibration, config, weights, backend);
        progress.expect("quantize block", config.layers());
        try (var workspace = new Workspace(config, backend)) {
            for (int index = 0; index < config.layers(); index++) {
                progress.report("quantize block", index, config.layers());
                progress.checkCancelled();
                quantizeBlock(index, states, workspace);
            }
            progress.report("quantize block", config.layers(), config.layers());
            quantizeHead(states);
        } finally {
            if (states != null) {
                states.close();
            }
        }
    }

    private void quantizeBlock(int index, CalibrationStates states, Workspace workspace) {
        if (states == null) {
            wanted(DecoderBlock.linearGroups(index)).forEach(group -> quantize(group, null, null));
            return;
        }
        try (var block = DecoderBlock.load(config, index, weights, workspace)) {
            List<List<String>> groups = wanted(block.linearGroups());
            if (method.sequential(options)) {
                groups.forEach(group -> calibrateAndQuantize(List.of(group), block, states));
            } else {
                calibrateAndQuantize(groups, block, states);
            }
            boolean needed = index + 1 < config.layers() || !recipe.scope().excludes(HEAD);
            if (needed) {
                states.advance(block, progress);
            }
        }
    }

    private List<List<String>> wanted(List<List<String>> groups) {
        var wanted = new ArrayList<List<String>>();
        for (List<String> group : groups) {
            var kept = group.stream().filter(linear -> !recipe.scope().excludes(linear)).toList();
            if (!kept.isEmpty()) {
                wanted.add(kept);
            }
        }
        return wanted;
    }

    private void calibrateAndQuantize(List<List<String>> groups, DecoderBlock block, CalibrationStates states) {
        Map<String, Integer> widths = new LinkedHashMap<>();
        groups.forEach(group -> widths.put(group.getFirst(), weights.info(weight(group.getFirst())).columns()));
        Map<String, float[]> hessians = states.hessians(block, widths, progress);
        // Each Hessian is let go as soon as its group is done.
        groups.forEach(group -> quantize(group, hessians.remove(group.getFirst()), block));
    }

    private void quantizeHead(CalibrationStates states) {
        if (recipe.scope().excludes(HEAD)) {
            return;
        }
        progress.report("quantize head", 0, 1);
        float[] hessian = null;
        if (states != null) {
            try (var head = LanguageHead.load(config, weights, backend)) {
                hessian = states.headHessian(head, config.hiddenSize());
            }
        }
        quantize(List.of(HEAD), hessian, null);
        progress.report("quantize head", 1, 1);
    }

    /** @param block whose weights are to be replaced, or null */
    private void quantize(List<String> linears, float[] hessian, DecoderBlock block) {
        progress.checkCancelled();
        var inputs = hessian == null ? LayerInputs.NONE : LayerInputs.ofHessian(hessian);
        var group = new LayerGroup(linears.stream().map(this::layer).toList(), inputs, notes);
        List<QuantizedWeight> quantized = method.quantize(group, settings, options, backend);
        for (int i = 0; i < linears.size(); i++) {
            QuantizedWeight result = quantized.get(i);
            writer.put(weight(linears.get(i)), result);
            if (result instanceof GroupedWeight grouped && grouped.grouped()) {
                groupSizeOfWidth.put(result.columns(), grouped.groupSize());
            }
            layers++;
            if (block != null) {
                block.replace(linears.get(i), result);
            }
        }
    }

    private LayerGroup.Layer layer(String linear) {
        Weight weight = weights.read(weight(linear));
        Weights.requireFinite(weight(linear), weight);
        return new LayerGroup.Layer(linear, weight.rows(), weight.columns(), weight.toFloats());
    }

    private static String weight(String linear) {
        return linear + ".weight";
    }
}
