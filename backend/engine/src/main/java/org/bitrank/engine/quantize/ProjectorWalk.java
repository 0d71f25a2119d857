package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.engine.Progress;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.image.ImageSource;
import org.bitrank.engine.model.LinearObserver;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.PictureEncoder;
import org.bitrank.engine.model.Projector;
import org.bitrank.engine.model.VisionConfig;
import org.bitrank.engine.quantize.calibration.CalibrationPictures;
import org.bitrank.engine.quantize.calibration.InputGatherer;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/**
 * Quantizes the layers of a projector one after the other, the second on what the quantized first makes. Its inputs are the
 * features that the tower as it is now gives; they lie in memory of the host.
 */
final class ProjectorWalk {
    static final String STEP = "quantize projector";

    private final ModelConfig config;
    /** As they are now. */
    private final WeightSource weights;
    private final WeightSource original;
    private final RecipePlan plan;
    private final LayerCoder coder;
    private final Backend backend;
    private final Progress progress;

    /**
     * @param config of the whole model
     * @param weights the tower's and the projector's as they are now; what is coded here goes there
     * @param original the unquantized model's
     */
    ProjectorWalk(
            ModelConfig config, WeightSource weights, WeightSource original, RecipePlan plan, LayerCoder coder, Backend backend, Progress progress) {
        this.config = config;
        this.weights = weights;
        this.original = original;
        this.plan = plan;
        this.coder = coder;
        this.backend = backend;
        this.progress = progress;
    }

    /** @param pictures null where no method looks at data */
    void run(CalibrationPictures pictures) {
        List<String> linears = config.vision().projectorLinears();
        progress.expect(STEP, linears.size());
        List<float[]> features = pictures == null ? null : features(pictures, weights);
        boolean compares = plan.needs(linears).contains(InputNeed.DEVIATION);
        List<float[]> unquantized = pictures != null && compares ? features(pictures, original) : null;
        for (int i = 0; i < linears.size(); i++) {
            progress.report(STEP, i, linears.size());
            LayerInputs inputs = pictures == null ? LayerInputs.NONE : observe(linears.get(i), features, unquantized);
            coder.quantize(List.of(linears.get(i)), inputs, null, null);
        }
        progress.report(STEP, linears.size(), linears.size());
    }

    /** What the projector reads of each picture. */
    private List<float[]> features(CalibrationPictures pictures, WeightSource of) {
        var features = new ArrayList<float[]>();
        try (var encoder = PictureEncoder.load(config, of, backend)) {
            for (ImageSource image : pictures.images()) {
                progress.checkCancelled();
                features.add(encoder.features(pictures.reader().read(image)));
            }
        }
        return features;
    }

    private LayerInputs observe(String linear, List<float[]> features, List<float[]> unquantized) {
        VisionConfig vision = config.vision();
        long numbers = features.stream().mapToLong(each -> each.length).sum();
        long rows = numbers / vision.projectorInputs();
        try (var gatherer = new InputGatherer(backend, (int) (rows / vision.rowsOfTile()), rows);
                var projector = Projector.load(vision, config.hiddenSize(), weights, backend);
                var reference = unquantized == null ? null : Projector.load(vision, config.hiddenSize(), original, backend)) {
            gatherer.expect(linear, weights.info(linear + ".weight").columns(), plan.needs(List.of(linear)));
            if (gatherer.empty()) {
                return LayerInputs.NONE;
            }
            for (int i = 0; i < features.size(); i++) {
                progress.checkCancelled();
                if (reference != null) {
                    run(reference, unquantized.get(i), gatherer.ofUnquantized());
                }
                gatherer.startBatch();
                run(projector, features.get(i), gatherer);
            }
            return gatherer.results().get(linear);
        }
    }

    private void run(Projector projector, float[] features, LinearObserver observer) {
        int width = config.vision().projectorInputs();
        try (Tensor x = backend.upload(features, new Shape(features.length / width, width))) {
            projector.run(x, observer);
        }
    }
}
