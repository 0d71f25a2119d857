package org.bitrank.engine.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.bitrank.engine.checkpoint.Checkpoint;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.measure.BitAccount.TensorClass;
import org.bitrank.engine.model.KeyValueScheme;
import org.bitrank.engine.model.OnlineSteps;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.KeyValueScales;

/**
 * What a checkpoint wants rounded while it runs, beside its weights: whoever wrote it, and whichever way it says so.
 *
 * @param inputBits fewest bits that the input of a linear layer is rounded to; null where all stay as they are
 * @param inputs each way of rounding inputs, with the number of layers; empty where all stay as they are
 * @param keyValues how keys and values are rounded, or null
 */
public record RuntimeRounding(Integer inputBits, List<String> inputs, String keyValues) {
    private static final String WEIGHT = ".weight";

    public static RuntimeRounding of(Checkpoint checkpoint) {
        OnlineSteps online = OnlineSteps.of(checkpoint.config());
        WeightSource weights = checkpoint.weights();
        var layers = new TreeMap<String, Integer>();
        Integer fewest = null;
        int all = 0;
        String stored = null;
        for (String name : weights.names()) {
            if (!name.endsWith(WEIGHT) || TensorClass.of(name, weights.info(name)) != TensorClass.LINEAR) {
                continue;
            }
            all++;
            String linear = name.substring(0, name.length() - WEIGHT.length());
            stored = weights.keyValueScales(linear).map(KeyValueScales::text).orElse(stored);
            Optional<ActivationScheme> scheme = Optional.ofNullable(online.activations(linear)).or(() -> checkpoint.activations(linear));
            if (scheme.isPresent()) {
                layers.merge(scheme.get().text(), 1, Integer::sum);
                fewest = fewest == null ? scheme.get().bits() : Math.min(fewest, scheme.get().bits());
            }
        }
        var inputs = new ArrayList<String>();
        for (var entry : layers.entrySet()) {
            inputs.add("%s (%d of %d linear layers)".formatted(entry.getKey(), entry.getValue(), all));
        }
        return new RuntimeRounding(fewest, List.copyOf(inputs), online.keyValues() == null ? stored : text(online.keyValues()));
    }

    private static String text(KeyValueScheme scheme) {
        return "int%d %s%s".formatted(scheme.bits(), scheme.groupSize() == 0 ? "per head and token" : "in groups of " + scheme.groupSize(),
                scheme.symmetric() ? "" : ", asymmetric");
    }
}
