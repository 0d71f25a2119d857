package org.bitrank.engine.quantize;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.GroupedWeight;
import org.bitrank.engine.weights.QuantizedWeight;
import org.bitrank.engine.weights.Weight;
import org.bitrank.engine.weights.Weights;
import org.bitrank.kernels.Backend;

/** Has linear layers coded, puts them into the artifact, and counts them: what the walks over a model's parts share. */
final class LayerCoder {
    private static final String WEIGHT = ".weight";

    private final WeightSource weights;
    private final RecipePlan plan;
    private final ActivationPlan activations;
    private final Backend backend;
    private final ArtifactWriter writer;
    private final Progress progress;
    private final Map<Integer, SortedSet<Integer>> groupSizesOfWidth = new TreeMap<>();
    private final QuantizationNotes notes = new QuantizationNotes();
    /** Takes what is put, for the parts behind that read what this one makes; null where nobody does. */
    private ChangedSource kept;
    private int layers;
    private long quantizedNumbers;
    private double nominalBits;

    LayerCoder(
            WeightSource weights, RecipePlan plan, ActivationPlan activations, Backend backend, ArtifactWriter writer, Progress progress) {
        this.weights = weights;
        this.plan = plan;
        this.activations = activations;
        this.backend = backend;
        this.writer = writer;
        this.progress = progress;
    }

    /** From now on what is put goes there too. @param kept null: it does not */
    void keepIn(ChangedSource kept) {
        this.kept = kept;
    }

    /** Bits of one code, the mean over all weights quantized: what a method's name claims. */
    double nominalBits() {
        return quantizedNumbers == 0 ? 0 : nominalBits / quantizedNumbers;
    }

    /** Linear layers quantized. */
    int layers() {
        return layers;
    }

    /** What the methods had to say of single layers. */
    QuantizationNotes notes() {
        return notes;
    }

    /** The group sizes that rows of each width got: several where layers are treated differently. */
    Map<Integer, SortedSet<Integer>> groupSizesOfWidth() {
        return groupSizesOfWidth;
    }

    /**
     * Codes the layers that read one input, as far as the recipe wants them coded.
     *
     * @param preparation what became of their weights, or null
     * @param block whose weights are to be replaced, or null
     */
    void quantize(List<String> group, LayerInputs inputs, BlockPreparation preparation, DecoderBlock block) {
        quantize(group, inputs, preparation, block, true);
    }

    /** The head, which reads what the last norm leaves, in full. */
    void quantizeHead(String head, LayerInputs inputs) {
        quantize(List.of(head), inputs, null, null, false);
    }

    private void quantize(List<String> group, LayerInputs inputs, BlockPreparation preparation, DecoderBlock block, boolean roundedInputs) {
        List<List<String>> parts = plan.parts(group);
        group.stream().filter(linear -> !plan.codes(linear)).forEach(activations::left);
        for (List<String> linears : parts) {
            progress.checkCancelled();
            // A method may overwrite the Hessian; only the last of several has it for itself.
            LayerInputs own = linears == parts.getLast() ? inputs : inputs.copy();
            var layerGroup = new LayerGroup(linears.stream().map(linear -> layer(linear, preparation)).toList(), own, notes);
            List<QuantizedWeight> quantized = plan.of(linears.getFirst()).quantize(layerGroup, backend);
            for (int i = 0; i < linears.size(); i++) {
                if (roundedInputs) {
                    ActivationScheme found = preparation == null ? null : preparation.roundings().get(linears.get(i));
                    activations.coded(linears.get(i), own, quantized.get(i), found);
                } else {
                    activations.left(linears.get(i));
                }
                put(linears.get(i), quantized.get(i), block);
            }
        }
    }

    private void put(String linear, QuantizedWeight weight, DecoderBlock block) {
        put(linear + WEIGHT, weight);
        if (weight instanceof GroupedWeight grouped && grouped.grouped()) {
            groupSizesOfWidth.computeIfAbsent(weight.columns(), width -> new TreeSet<>()).add(grouped.groupSize());
        }
        long numbers = (long) weight.rows() * weight.columns();
        quantizedNumbers += numbers;
        nominalBits += weight.nominalBits() * numbers;
        layers++;
        if (block != null) {
            block.replace(linear, weight);
        }
    }

    /** Puts a tensor into the artifact that a preparation changed, or a method has coded. */
    void put(String name, Weight weight) {
        writer.put(name, weight);
        if (kept != null) {
            kept.put(name, weight);
        }
    }

    private LayerGroup.Layer layer(String linear, BlockPreparation preparation) {
        if (preparation != null) {
            return new LayerGroup.Layer(linear, preparation.rows(linear), preparation.columns(linear), preparation.weight(linear).clone());
        }
        Weight weight = weights.read(linear + WEIGHT);
        Weights.requireFinite(linear + WEIGHT, weight);
        return new LayerGroup.Layer(linear, weight.rows(), weight.columns(), weight.toFloats());
    }
}
