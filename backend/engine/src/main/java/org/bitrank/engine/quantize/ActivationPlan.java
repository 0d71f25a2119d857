package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.model.ModulePattern;
import org.bitrank.engine.model.OnlineSteps;
import org.bitrank.engine.quantize.calibration.LayerInputs;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.weights.ActivationScheme;
import org.bitrank.engine.weights.DenseWeight;
import org.bitrank.engine.weights.QuantizedWeight;

/**
 * Writes into an artifact how its inputs, keys and values are to be quantized: in the words of the format where it has them,
 * else in the {@code bitrank} object of {@code config.json}.
 */
final class ActivationPlan {
    private static final String SCALE = ".input_scale";
    private static final String ZERO_POINT = ".input_zero_point";

    private final Recipe recipe;
    /** Says what the model already asks for: the transforms of a rotation. */
    private final ModelConfig config;
    private final ArtifactWriter writer;
    /** Schemes that the format has no words for, and their layers. */
    private final Map<ActivationScheme, List<String>> others = new LinkedHashMap<>();
    private final Set<String> untreated = new TreeSet<>();

    ActivationPlan(Recipe recipe, ModelConfig config, ArtifactWriter writer) {
        this.recipe = recipe;
        this.config = config;
        this.writer = writer;
    }

    /** Whether scales have to be found from the layers' inputs. */
    boolean calibrated() {
        return recipe.activations() != null && recipe.activations().calibrated();
    }

    /**
     * Before the layer's weight is written.
     *
     * @param found with its scales, where a method found them; else null
     */
    void coded(String linear, LayerInputs inputs, QuantizedWeight weight, ActivationScheme found) {
        if (recipe.activations() == null) {
            return;
        }
        ActivationScheme stored = found == null && calibrated() ? recipe.activations().scheme(inputs) : found;
        ActivationScheme scheme = stored == null ? recipe.activations().scheme() : stored.with(null, null);
        if (stored != null) {
            put(linear + SCALE, stored.scales());
            if (stored.zeros() != null) {
                // Signed, as compressed-tensors has them.
                float[] zeros = stored.zeros().clone();
                for (int i = 0; i < zeros.length; i++) {
                    zeros[i] -= 1 << stored.bits() - 1;
                }
                put(linear + ZERO_POINT, zeros);
            }
        }
        if (writer.quantizesInputs(linear, scheme, weight)) {
            untreated.add(linear);
        } else {
            others.computeIfAbsent(scheme, key -> new ArrayList<>()).add(linear);
        }
    }

    private void put(String name, float[] values) {
        writer.put(name, DenseWeight.of(values, 1, values.length));
    }

    /** A layer whose input stays as it is. */
    void left(String linear) {
        untreated.add(linear);
    }

    /** After the last layer. */
    void finish() {
        var rules = new ArrayList<OnlineSteps.InputRule>();
        others.forEach((scheme, linears) -> rules.add(new OnlineSteps.InputRule(patterns(linears), null, scheme)));
        OnlineSteps steps = config.online().withInputs(rules);
        if (recipe.keyValues() != null) {
            steps = steps.withKeyValues(recipe.keyValues().scheme());
        }
        steps = ofMethod(MethodRegistry.get(recipe.method()), steps);
        if (!steps.isEmpty()) {
            writer.declare(OnlineSteps.KEY, steps.toJson());
        }
    }

    private <O extends Record> OnlineSteps ofMethod(QuantizationMethod<O> method, OnlineSteps steps) {
        return method.online(steps, config, method.optionsType().cast(recipe.options()));
    }

    /** Names with a star for the block's number where that takes in no layer that is left as it is. */
    private List<String> patterns(List<String> linears) {
        var patterns = new TreeSet<String>();
        for (String linear : linears) {
            String pattern = linear.replaceAll("\\.\\d+\\.", ".*.");
            boolean exact = untreated.stream().noneMatch(other -> ModulePattern.matches(pattern, other));
            patterns.add(exact ? pattern : linear);
        }
        return List.copyOf(patterns);
    }
}
