package org.bitrank.engine.quantize;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.measure.Tower;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.VisionConfig;
import org.bitrank.engine.model.VisualEmbeddings;
import org.bitrank.engine.quantize.calibration.Calibration;
import org.bitrank.engine.quantize.calibration.CalibrationPictures;
import org.bitrank.engine.quantize.calibration.CalibrationStates;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BitRankException;

/**
 * Quantizes a model part by part, each on what the quantized ones in front of it give: of a vision-language model the tower, the
 * projector, the language model, as far as the recipe's scope names them; of others the language model, which is all there is.
 */
final class ModelWalk {
    private static final String WEIGHT = ".weight";

    private final ModelConfig config;
    private final WeightSource weights;
    /** The tower and the projector as they are now. */
    private final ChangedSource changed;
    private final Set<Tower> parts;
    private final RecipePlan plan;
    private final LayerCoder coder;
    private final ActivationPlan activations;
    private final Path scratch;
    private final Backend backend;
    private final Progress progress;

    ModelWalk(
            ModelConfig config, WeightSource weights, Recipe recipe, ActivationPlan activations, Backend backend, ArtifactWriter writer,
            Progress progress) {
        this.config = config;
        this.weights = weights;
        this.changed = new ChangedSource(weights);
        this.parts = recipe.scope().parts();
        this.activations = activations;
        this.scratch = writer.scratch();
        this.backend = backend;
        this.progress = progress;
        var asked = new RecipePlan(recipe);
        Map<String, Integer> widths = widths(asked);
        this.plan = asked.fittedTo(widths).lookingAt(weights, widths.keySet());
        this.coder = new LayerCoder(weights, plan, activations, backend, writer, progress);
    }

    private Map<String, Integer> widths(RecipePlan plan) {
        var widths = new TreeMap<String, Integer>();
        for (Tower part : parts) {
            for (String linear : linears(part, plan)) {
                if (plan.codes(linear)) {
                    widths.put(linear, weights.info(linear + WEIGHT).columns());
                }
            }
        }
        return widths;
    }

    private List<String> linears(Tower part, RecipePlan plan) {
        List<String> linears = ModelFit.linears(part, config);
        if (part == Tower.LANGUAGE && BlockWalk.codesHead(config, plan)) {
            linears = new ArrayList<>(linears);
            linears.add(config.head());
        }
        return linears;
    }

    /** Of what was coded. */
    LayerCoder coded() {
        return coder;
    }

    /**
     * @param calibration null where no method looks at data
     * @param done called whenever what was read of the weights is not going to be needed again
     */
    void run(Calibration calibration, Runnable done) {
        CalibrationPictures pictures = calibration == null ? null : calibration.pictures();
        coder.keepIn(changed);
        if (parts.contains(Tower.VISION)) {
            walkTower(pictures, done);
        }
        if (parts.contains(Tower.PROJECTOR)) {
            boolean looks = looksAtData(Tower.PROJECTOR);
            new ProjectorWalk(config, changed, weights, plan.within(config.vision().projectorLinears()), coder, backend, progress)
                    .run(looks ? pictures : null);
        }
        coder.keepIn(null);
        if (parts.contains(Tower.LANGUAGE)) {
            walkLanguage(calibration, pictures, done);
        }
        activations.finish();
    }

    private boolean looksAtData(Tower part) {
        return ModelFit.looksAtData(part, plan, linears(part, plan));
    }

    private void walkTower(CalibrationPictures pictures, Runnable done) {
        VisionConfig vision = config.vision();
        RecipePlan own = plan.within(linears(Tower.VISION, plan));
        BlockWalk.Entry entry = looksAtData(Tower.VISION)
                ? () -> new CalibrationStates(pictures, vision.tower(), weights, scratch, backend)
                : null;
        new BlockWalk(vision.tower().blocks(), weights, own, coder, backend, progress, Quantizer.TOWER_STEP).run(entry, done);
    }

    private void walkLanguage(Calibration calibration, CalibrationPictures pictures, Runnable done) {
        var walk = new BlockWalk(config, weights, plan, coder, backend, progress, Quantizer.BLOCK_STEP);
        if (calibration == null || !looksAtData(Tower.LANGUAGE)) {
            walk.run(null, done);
            return;
        }
        walk.run(new BlockWalk.Entry() {
            @Override
            public CalibrationStates states() {
                return enter(changed);
            }

            @Override
            public CalibrationStates unquantized() {
                return enter(weights);
            }

            private CalibrationStates enter(WeightSource towers) {
                if (pictures == null) {
                    return new CalibrationStates(calibration, config, weights, scratch, backend);
                }
                try (var shown = VisualEmbeddings.of(config, towers, pictures.reader(), pictures.tokens(), backend)) {
                    return new CalibrationStates(calibration, config, weights, shown, scratch, backend);
                }
            }
        }, done);
    }
}
