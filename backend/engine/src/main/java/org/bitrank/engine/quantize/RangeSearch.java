package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bitrank.engine.measure.Tower;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;

/** Q-VLM's search over the blocks of one part of a model: which share of the calibrated range the codes of each layer's inputs cover. */
final class RangeSearch implements Preparation {
    /** Layers that read one input, and every way to round it. */
    private record Candidates(List<String> layers, double entropy, List<ActivationScheme> schemes, double[] roundedEntropies) {}

    private final QVlm.Options options;
    private final ActivationSettings activations;
    private final SearchBlocks blocks;

    RangeSearch(QVlm.Options options, ActivationSettings activations) {
        this.options = options;
        this.activations = activations;
        this.blocks = new SearchBlocks(options.blockLayers());
    }

    @Override
    public void prepare(BlockPreparation block, WeightSettings weights, Backend backend) {
        List<Candidates> layers = block.codedGroups().stream().map(group -> candidates(group, block.inputs(group.getFirst()))).toList();
        if (layers.isEmpty()) {
            return;
        }
        List<Integer> starts = blocks.cut(layers.stream().mapToDouble(Candidates::entropy).toArray());
        var roundings = new HashMap<String, ActivationScheme>();
        // The whole range comes first, and stays until a search finds better: so no search can end above it.
        layers.forEach(each -> put(each, 0, roundings));
        try (RoundingProbe probe = block.roundingProbe(options.tokens())) {
            for (int i = 0; i < starts.size(); i++) {
                int end = i + 1 < starts.size() ? starts.get(i + 1) : layers.size();
                search(layers.subList(starts.get(i), end), roundings, probe);
            }
        }
        roundings.forEach(block::round);
    }

    private static void put(Candidates layers, int choice, Map<String, ActivationScheme> roundings) {
        layers.layers().forEach(linear -> roundings.put(linear, layers.schemes().get(choice)));
    }

    private static void search(List<Candidates> layers, Map<String, ActivationScheme> roundings, RoundingProbe probe) {
        int[] best = JointSearch.best(layers.size(), layers.getFirst().schemes().size(), choices -> {
            double entropies = 0;
            for (int i = 0; i < choices.length; i++) {
                put(layers.get(i), choices[i], roundings);
                entropies += layers.get(i).roundedEntropies()[choices[i]];
            }
            return probe.error(roundings) + entropies / choices.length;
        });
        for (int i = 0; i < best.length; i++) {
            put(layers.get(i), best[i], roundings);
        }
    }

    private Candidates candidates(List<String> layers, LayerInputs inputs) {
        boolean tower = Tower.of(layers.getFirst()) == Tower.VISION;
        requireFinite(layers, inputs);
        ActivationSettings settings = tower ? activations.perTensor() : activations;
        int columns = activations.symmetric() ? inputs.largestMagnitude().length : inputs.lowest().length;
        var schemes = new ArrayList<ActivationScheme>();
        for (double factor : tower ? options.towerFactors() : options.languageFactors()) {
            schemes.add(settings.clippedTo(activations.clipRatio() * factor).scheme(inputs));
        }
        var rounded = new double[schemes.size()];
        for (int i = 0; tower && i < rounded.length; i++) {
            rounded[i] = options.entropyWeight() * ActivationEntropy.of(inputs.samples(), columns, schemes.get(i));
        }
        return new Candidates(layers, ActivationEntropy.of(inputs.samples()), schemes, rounded);
    }

    private void requireFinite(List<String> layers, LayerInputs inputs) {
        for (float[] ends : activations.symmetric() ? List.of(inputs.largestMagnitude()) : List.of(inputs.lowest(), inputs.highest())) {
            for (float end : ends) {
                if (!Float.isFinite(end)) {
                    throw BitRankException.numerical(("the inputs of %s reach infinity on the calibration data; calculate in float32 (--compute"
                            + " float32) or check the model's weights").formatted(layers));
                }
            }
        }
    }
}
