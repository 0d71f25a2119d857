package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.model.DecoderBlock;
import org.bitrank.engine.model.LanguageHead;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.ScaleSite;
import org.bitrank.engine.model.Workspace;
import org.bitrank.engine.quantize.calibration.CalibrationStates;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.DType;

/**
 * Block after block: look at its inputs, let the preparing methods rewrite its weights, quantize its linear layers, write
 * them, and pass the calibration states on through what is now quantized. One block is in memory at a time, and the states.
 */
final class BlockWalk {
    /** What recipes call the head of every family. */
    static final String HEAD = "lm_head";
    private static final String WEIGHT = ".weight";

    private final ModelConfig config;
    private final WeightSource weights;
    private final RecipePlan plan;
    private final LayerCoder coder;
    private final Backend backend;
    private final Progress progress;
    private final String step;
    private CalibrationStates states;
    /** The same sequences in the unquantized model, where a method asks how far they are off; else null. */
    private CalibrationStates unquantized;

    /** The calibration data in front of the first block. The caller of either closes what it gets. */
    @FunctionalInterface
    interface Entry {
        CalibrationStates states();

        /** As the unquantized model has them: the same where nothing is quantized in front of the first block. */
        default CalibrationStates unquantized() {
            return states();
        }
    }

    /**
     * @param config of the blocks: a language model's or a tower's
     * @param plan of the whole model, fitted to it
     */
    BlockWalk(ModelConfig config, WeightSource weights, RecipePlan plan, LayerCoder coder, Backend backend, Progress progress, String step) {
        this.config = config;
        this.weights = weights;
        this.plan = plan;
        this.coder = coder;
        this.backend = backend;
        this.progress = progress;
        this.step = step;
    }

    /** Every layer that a recipe may code, in the order they run. */
    static List<String> linears(ModelConfig config) {
        var linears = new ArrayList<String>();
        for (int index = 0; index < config.layers(); index++) {
            config.linearGroups(index).forEach(linears::addAll);
        }
        return linears;
    }

    /** Whether a recipe, which may call the head by either name, has it coded; towers have none. */
    static boolean codesHead(ModelConfig config, RecipePlan plan) {
        return config.head() != null && plan.codes(HEAD) && plan.codes(config.head());
    }

    private boolean codesHead() {
        return codesHead(config, plan);
    }

    /**
     * @param entry null where no method looks at data
     * @param done called whenever what was read of the weights is not going to be needed again
     */
    void run(Entry entry, Runnable done) {
        if (codesHead() && config.tiedEmbeddings()) {
            throw BitRankException.badInput(
                    "this model's lm_head shares the embedding's weights and cannot be quantized; put lm_head in scope.exclude");
        }
        progress.expect(step, config.layers());
        try (var workspace = new Workspace(config, backend)) {
            if (entry != null) {
                refuseDeviationOfExperts();
                states = entry.states();
                unquantized = wantsDeviation() ? entry.unquantized() : null;
                done.run();
            }
            for (int index = 0; index < config.layers(); index++) {
                progress.report(step, index, config.layers());
                progress.checkCancelled();
                if (states == null) {
                    quantizeUnseen(index);
                } else {
                    quantizeCalibrated(index, workspace);
                }
                done.run();
            }
            progress.report(step, config.layers(), config.layers());
            quantizeHead();
        } finally {
            close(states);
            close(unquantized);
        }
    }

    private static void close(CalibrationStates states) {
        if (states != null) {
            states.close();
        }
    }

    /** The unquantized model may send a token to other experts, and then an expert's inputs have no counterparts. */
    private void refuseDeviationOfExperts() {
        if (config.experts() > 0 && wantsDeviation()) {
            throw BitRankException.unsupported("asymmetric calibration compares each layer's inputs with the unquantized model's, which"
                    + " may route tokens to other experts; leave it out for model type " + config.modelType());
        }
    }

    private boolean wantsDeviation() {
        for (int index = 0; index < config.layers(); index++) {
            if (config.linearGroups(index).stream().anyMatch(group -> plan.needs(group).contains(InputNeed.DEVIATION))) {
                return true;
            }
        }
        return config.head() != null && plan.needs(List.of(config.head())).contains(InputNeed.DEVIATION);
    }

    private void quantizeUnseen(int index) {
        BlockPreparation preparation = prepare(index, null, new HashMap<>());
        config.linearGroups(index).forEach(group -> coder.quantize(group, LayerInputs.NONE, preparation, null));
        writePrepared(preparation, null);
    }

    private void quantizeCalibrated(int index, Workspace workspace) {
        try (var block = DecoderBlock.load(config, index, weights, workspace);
                var original = unquantized == null ? null : DecoderBlock.load(config, index, weights, workspace)) {
            List<List<String>> groups = config.linearGroups(index);
            boolean together = !plan.sequential();
            Map<String, LayerInputs> inputs = together || plan.prepares() ? observe(groups, block, original, true, together) : new HashMap<>();
            BlockPreparation preparation = prepare(index, block, inputs);
            writePrepared(preparation, block);
            for (List<String> group : groups) {
                if (!together && group.stream().anyMatch(plan::codes)) {
                    inputs = observe(List.of(group), block, original, false, true);
                }
                // What is known of the inputs is let go as soon as the group is done.
                LayerInputs known = inputs.remove(group.getFirst());
                coder.quantize(group, known == null ? LayerInputs.NONE : known, preparation, block);
            }
            if (index + 1 < config.layers() || codesHead()) {
                states.advance(block, progress);
                if (unquantized != null) {
                    unquantized.advance(original, progress);
                }
            }
        }
    }

    /** What is known of each group's input, under its first layer's name. */
    private Map<String, LayerInputs> observe(
            List<List<String>> groups, DecoderBlock block, DecoderBlock original, boolean preparing, boolean coding) {
        try (var gatherer = states.gatherer()) {
            for (List<String> group : groups) {
                Set<InputNeed> needs = plan.needs(coding ? group : List.of());
                if (preparing) {
                    needs.addAll(plan.preparationNeeds());
                }
                gatherer.expect(group.getFirst(), weights.info(group.getFirst() + WEIGHT).columns(), needs);
            }
            if (preparing) {
                for (String reader : uncodedReaders(groups, block)) {
                    gatherer.expect(reader, weights.info(reader + WEIGHT).columns(), plan.preparationNeeds());
                }
            }
            if (gatherer.empty()) {
                return new HashMap<>();
            }
            var originals = gatherer.wantsDeviation() ? new CalibrationStates.Unquantized(unquantized, original) : null;
            states.observe(block, gatherer, originals, progress);
            return gatherer.results();
        }
    }

    /** Layers that read channels which can be scaled, but are never coded: a router among experts. */
    private static List<String> uncodedReaders(List<List<String>> groups, DecoderBlock block) {
        return block.scaleSites().stream()
                .flatMap(site -> site.consumers().stream())
                .filter(linear -> groups.stream().noneMatch(group -> group.contains(linear)))
                .distinct()
                .toList();
    }

    /** @return null where no method prepares */
    private BlockPreparation prepare(int index, DecoderBlock block, Map<String, LayerInputs> inputs) {
        if (!plan.prepares()) {
            return null;
        }
        List<List<String>> groups = config.linearGroups(index);
        Predicate<String> coded = linear -> plan.codes(linear) && groups.stream().anyMatch(group -> group.contains(linear));
        var preparation = new BlockPreparation(block, groups, scaleSites(index), weights, inputs,
                (linear, tokens) -> states.inputs(block, linear, tokens), coded, backend);
        plan.prepare(preparation, backend);
        return preparation;
    }

    /** Without those where the model transforms the channels on their way: there they cannot be scaled one by one. */
    private List<ScaleSite> scaleSites(int index) {
        return config.scaleSites(index).stream()
                .filter(site -> site.consumers().stream().allMatch(linear -> config.online().transform(linear) == null))
                .toList();
    }

    /** Writes what the preparation changed and no method codes, in the types that the model stores it in. */
    private void writePrepared(BlockPreparation preparation, DecoderBlock block) {
        if (preparation == null) {
            return;
        }
        preparation.changedVectors().forEach(coder::put);
        preparation.changedMatrices().forEach((linear, matrix) -> {
            if (!preparation.codes(linear)) {
                DType type = weights.read(linear + WEIGHT) instanceof DenseWeight dense ? dense.dtype() : DType.FLOAT32;
                DenseWeight stored = DenseWeight.of(matrix, preparation.rows(linear), preparation.columns(linear), type);
                coder.put(linear + WEIGHT, stored);
                if (block != null) {
                    block.replace(linear, stored);
                }
            }
        });
    }

    private void quantizeHead() {
        if (!codesHead()) {
            return;
        }
        progress.report("quantize head", 0, 1);
        LayerInputs inputs = LayerInputs.NONE;
        if (states != null) {
            try (var head = LanguageHead.load(config, weights, backend); var gatherer = states.gatherer()) {
                gatherer.expect(config.head(), config.hiddenSize(), plan.needs(List.of(config.head())));
                states.observeHead(head, config.head(), gatherer, unquantized);
                inputs = gatherer.results().getOrDefault(config.head(), LayerInputs.NONE);
            }
        }
        coder.quantizeHead(config.head(), inputs);
        progress.report("quantize head", 1, 1);
    }
}
