package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.bitrank.engine.checkpoint.WeightSource;
import org.bitrank.engine.quantize.calibration.InputNeed;
import org.bitrank.engine.quantize.recipe.ActivationSettings;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import org.bitrank.kernels.Backend;

/** A recipe laid over a model: which layers are coded, and how each. */
final class RecipePlan {
    private record Preparing<O extends Record>(QuantizationMethod<O> method, O options, Preparation preparation) {
        static <O extends Record> Preparing<O> of(QuantizationMethod<O> method, Record options, ActivationSettings activations) {
            O own = method.optionsType().cast(options);
            return new Preparing<>(method, own, method.preparation(own, activations));
        }

        /** That has seen no block. */
        Preparing<O> anew(ActivationSettings activations) {
            return of(method, options, activations);
        }

        void prepare(BlockPreparation block, WeightSettings weights, Backend backend) {
            preparation.prepare(block, weights, backend);
        }

        Set<InputNeed> needs() {
            return method.preparationNeeds(options);
        }

        ModelRewrite rewrite(ModelRewrite model) {
            return method.rewrite(model, options);
        }
    }

    private final Recipe recipe;
    private final LayerPlan<?> common;
    private final List<LayerPlan<?>> ofRule = new ArrayList<>();
    private final List<Preparing<?>> preparing = new ArrayList<>();
    private final Map<String, LayerPlan<?>> exceptions = new HashMap<>();

    RecipePlan(Recipe recipe) {
        this.recipe = recipe;
        this.common = LayerPlan.of(recipe.method(), recipe.weights(), recipe.options());
        recipe.modules().forEach(rule -> ofRule.add(LayerPlan.of(rule.method(), rule.weights(), rule.options())));
        recipe.prepare().forEach(step -> preparing.add(Preparing.of(MethodRegistry.get(step.method()), step.options(), recipe.activations())));
        if (common.method().prepares()) {
            preparing.add(Preparing.of(common.method(), recipe.options(), recipe.activations()));
        }
    }

    private RecipePlan(Recipe recipe, LayerPlan<?> common, List<LayerPlan<?>> ofRule, List<Preparing<?>> preparing) {
        this.recipe = recipe;
        this.common = common;
        this.ofRule.addAll(ofRule);
        this.preparing.addAll(preparing);
    }

    /** @param widths of every layer that might be coded, by name: each method's layers get one group size where there is one */
    RecipePlan fittedTo(Map<String, Integer> widths) {
        var ofPlan = new LinkedHashMap<LayerPlan<?>, Set<Integer>>();
        widths.forEach((linear, width) -> ofPlan.computeIfAbsent(of(linear), plan -> new TreeSet<>()).add(width));
        var rules = new ArrayList<LayerPlan<?>>();
        ofRule.forEach(plan -> rules.add(fitted(plan, ofPlan)));
        return new RecipePlan(recipe, fitted(common, ofPlan), rules, preparing);
    }

    /** The same once the recipe's method has seen the weights. @param linears every layer that might be coded */
    RecipePlan lookingAt(WeightSource model, Set<String> linears) {
        var looked = new RecipePlan(recipe, common, ofRule, preparing);
        List<String> own = linears.stream().filter(linear -> codes(linear) && of(linear) == common).toList();
        looked.exceptions.putAll(common.exceptions(model, own));
        return looked;
    }

    private static LayerPlan<?> fitted(LayerPlan<?> plan, Map<LayerPlan<?>, Set<Integer>> widths) {
        return plan.withWeights(plan.method().fitted(plan.weights(), widths.getOrDefault(plan, Set.of())));
    }

    boolean codes(String linear) {
        return !recipe.scope().excludes(linear);
    }

    LayerPlan<?> of(String linear) {
        for (int i = 0; i < ofRule.size(); i++) {
            if (recipe.modules().get(i).matches(linear)) {
                return ofRule.get(i);
            }
        }
        return exceptions.getOrDefault(linear, common);
    }

    /** Layers that read one input, divided into those that are coded together; those not coded left out. */
    List<List<String>> parts(List<String> group) {
        var parts = new LinkedHashMap<LayerPlan<?>, List<String>>();
        group.stream().filter(this::codes).forEach(linear -> parts.computeIfAbsent(of(linear), plan -> new ArrayList<>()).add(linear));
        return List.copyOf(parts.values());
    }

    Set<InputNeed> needs(List<String> linears) {
        var needs = EnumSet.noneOf(InputNeed.class);
        linears.stream().filter(this::codes).forEach(linear -> needs.addAll(of(linear).needs()));
        boolean fixedScales = recipe.activations() != null && recipe.activations().calibrated();
        if (fixedScales && linears.stream().anyMatch(this::codes)) {
            needs.add(recipe.activations().need());
        }
        return needs;
    }

    boolean prepares() {
        return !preparing.isEmpty();
    }

    Set<InputNeed> preparationNeeds() {
        var needs = EnumSet.noneOf(InputNeed.class);
        preparing.forEach(step -> needs.addAll(step.needs()));
        return needs;
    }

    /** Every step in order. */
    void prepare(BlockPreparation block, Backend backend) {
        preparing.forEach(step -> step.prepare(block, common.weights(), backend));
    }

    ModelRewrite rewrite(ModelRewrite model) {
        ModelRewrite rewritten = model;
        for (Preparing<?> step : preparing) {
            rewritten = step.rewrite(rewritten);
        }
        return rewritten;
    }

    /**
     * The same for a part of the model: the recipe's own method prepares only where it codes.
     *
     * @param linears the part's
     */
    RecipePlan within(List<String> linears) {
        boolean own = linears.stream().anyMatch(linear -> codes(linear) && of(linear) == common);
        List<Preparing<?>> steps = own || !common.method().prepares() ? preparing : preparing.subList(0, preparing.size() - 1);
        List<Preparing<?>> fresh = steps.stream().<Preparing<?>>map(step -> step.anew(recipe.activations())).toList();
        var part = new RecipePlan(recipe, common, ofRule, fresh);
        part.exceptions.putAll(exceptions);
        return part;
    }

    /** Whether anything is to be known of inputs before these layers can be coded. */
    boolean looksAtData(List<String> linears) {
        return !needs(linears).isEmpty() || !preparationNeeds().isEmpty() && linears.stream().anyMatch(this::codes);
    }

    /** Whether the layers of a block are done one group after another. */
    boolean sequential() {
        return common.sequential() || ofRule.stream().anyMatch(LayerPlan::sequential);
    }
}
