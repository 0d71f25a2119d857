package org.bitrank.engine.quantize;

import java.nio.file.Path;
import java.util.List;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.model.CausalLM;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.TokenBatch;
import org.bitrank.engine.quantize.calibration.Calibration;
import org.bitrank.engine.quantize.calibration.DataFolders;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.tokenizer.Tokenizer;
import org.bitrank.kernels.Backend;
import org.bitrank.kernels.DType;
import org.bitrank.kernels.Shape;
import org.bitrank.kernels.Tensor;

/** Logits of models over some tokens, and how far they are apart. */
final class Logits {
    private Logits() {}

    static float[] of(Path model, int[] tokens, Backend backend) {
        try (var checkpoint = Checkpoint.open(model)) {
            return of(ModelConfig.of(checkpoint.config()), checkpoint.weights(), tokens, backend);
        }
    }

    static float[] of(ModelConfig config, WeightSource weights, int[] tokens, Backend backend) {
        try (var model = CausalLM.load(config, weights, backend);
                Tensor logits = backend.allocate(DType.FLOAT32, new Shape(tokens.length, config.vocabularySize()))) {
            backend.matmul(model.hidden(TokenBatch.of(tokens)), model.head(), null, logits);
            return backend.download(logits);
        }
    }

    /** Token numbers that any vocabulary has. */
    static int[] tokens(int count, int vocabulary) {
        var tokens = new int[count];
        for (int i = 0; i < count; i++) {
            tokens[i] = (i * 7919 + 13) % vocabulary;
        }
        return tokens;
    }

    /** The text of the embedded corpus that a small calibration looks at. */
    static int[] calibrationTokens(Path model) {
        try (var checkpoint = Checkpoint.open(model); var tokenizer = Tokenizer.of(checkpoint)) {
            var settings = new CalibrationSettings(CalibrationSettings.REFERENCE, 4, 64, 0);
            return Calibration.load(settings, 64, tokenizer, DataFolders.of(List.of()), null).sequences()[1];
        }
    }

    /** Root mean square. */
    static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (double) (a[i] - b[i]);
        }
        return Math.sqrt(sum / a.length);
    }
}
