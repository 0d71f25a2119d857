package org.bitrank.engine.quantize;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.engine.NearNames;
import org.bitrank.engine.checkpoint.StorageFormats;
import org.bitrank.engine.measure.Tower;
import org.bitrank.engine.model.ModelConfig;
import org.bitrank.engine.quantize.recipe.CalibrationSettings;
import org.bitrank.engine.quantize.recipe.ModuleRule;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.RecipeProblem;
import org.bitrank.engine.quantize.recipe.Scope;
import org.bitrank.kernels.BitRankException;
import tools.jackson.databind.node.ObjectNode;

/** What a recipe says of parts and layers, held against those that a model has. */
public final class ModelFit {
    private static final int NAMES_SHOWN = 8;
    private static final String EXCLUDE = "scope.exclude";

    private ModelFit() {}

    /**
     * What speaks of nothing that the model has, or asks of it what it has not; empty where all fits.
     *
     * @param configuration its {@code config.json}
     * @param config what was read from that
     */
    public static List<RecipeProblem> problems(Recipe recipe, ObjectNode configuration, ModelConfig config) {
        if (config.vision() == null && !recipe.scope().languageAlone()) {
            return List.of(new RecipeProblem("scope.towers",
                    "names %s, but this model reads text alone; leave scope.towers out".formatted(String.join(", ", recipe.scope().towers()))));
        }
        var problems = new ArrayList<RecipeProblem>();
        StorageFormats.writable(recipe.format()).refusal(configuration).ifPresent(message -> problems.add(new RecipeProblem("format", message)));
        calibration(recipe, config).ifPresent(message -> problems.add(new RecipeProblem(CalibrationSettings.DATASET, message)));
        List<String> linears = linears(config);
        for (int i = 0; i < recipe.modules().size(); i++) {
            String key = "modules[%d].match".formatted(i);
            problem(recipe.modules().get(i), recipe, config, linears).ifPresent(message -> problems.add(new RecipeProblem(key, message)));
        }
        for (String entry : recipe.scope().exclude()) {
            // The head goes by this name in every model, also where it is tied to the embedding and no layer of its own.
            if (!entry.equals(BlockWalk.HEAD) && linears.stream().noneMatch(linear -> Scope.matches(entry, linear))) {
                problems.add(new RecipeProblem(EXCLUDE, "'%s' matches no linear layer of this model%s".formatted(entry, known(entry, linears))));
            }
        }
        // Without codes a recipe may still round keys and values, to measure that alone.
        if (problems.isEmpty() && recipe.keyValues() == null && linears.stream().allMatch(linear -> excludes(recipe, config, linear))) {
            problems.add(new RecipeProblem(EXCLUDE, "leaves nothing to quantize; take some of %s out of it".formatted(String.join(", ", recipe.scope().exclude()))));
        }
        return List.copyOf(problems);
    }

    static void require(Recipe recipe, ObjectNode configuration, ModelConfig config) {
        List<RecipeProblem> problems = problems(recipe, configuration, config);
        if (!problems.isEmpty()) {
            throw BitRankException.badInput("recipe: " + problems.stream().map(RecipeProblem::toString).collect(Collectors.joining("; ")));
        }
    }

    /** Data without pictures say nothing of the layers that turn pictures into tokens, and a model of text alone is shown none. */
    private static Optional<String> calibration(Recipe recipe, ModelConfig config) {
        if (recipe.calibration() == null) {
            return Optional.empty();
        }
        if (recipe.calibration().showsPictures()) {
            return config.vision() != null ? Optional.empty()
                    : Optional.of("'%s' shows pictures, and this model reads text alone; choose a data set of text".formatted(recipe.calibration().dataset()));
        }
        var plan = new RecipePlan(recipe);
        return Stream.of(Tower.VISION, Tower.PROJECTOR)
                .filter(part -> recipe.scope().parts().contains(part) && looksAtData(part, plan, linears(part, config)))
                .findFirst()
                .map(part -> ("'%s' shows no pictures, and %s is to be quantized by a method that looks at its inputs; choose pictures:FILE.jsonl or %s,"
                        + " give it a method that needs no data (modules: [{match: \"%s\", method: rtn}]), or leave %s out of scope.towers").formatted(
                                recipe.calibration().dataset(),
                                part == Tower.VISION ? "the vision tower" : "the projector",
                                CalibrationSettings.REFERENCE_PICTURES,
                                part == Tower.VISION ? "vision_tower.*" : "multi_modal_projector.*", part.label()));
    }

    /** Whether a part's methods want to see data. No preparation goes over a projector, in which no channel can be scaled. */
    static boolean looksAtData(Tower part, RecipePlan plan, List<String> linears) {
        return part == Tower.PROJECTOR ? !plan.needs(linears).isEmpty() : plan.within(linears).looksAtData(linears);
    }

    private static Optional<String> problem(ModuleRule rule, Recipe recipe, ModelConfig config, List<String> linears) {
        List<String> matched = linears.stream().filter(rule::matches).toList();
        if (matched.isEmpty()) {
            return Optional.of("'%s' matches no linear layer of this model%s".formatted(rule.match(), known(rule.match(), linears)));
        }
        return matched.stream().allMatch(linear -> excludes(recipe, config, linear))
                ? Optional.of("'%s' matches only layers that stay unquantized (%s); take them out of scope.exclude, add their part to scope.towers, or leave the rule out"
                        .formatted(rule.match(), some(matched)))
                : Optional.empty();
    }

    /** The head may be excluded by either of its names. */
    private static boolean excludes(Recipe recipe, ModelConfig config, String linear) {
        return recipe.scope().excludes(linear) || linear.equals(config.head()) && recipe.scope().excludes(BlockWalk.HEAD);
    }

    /** The nearest of all names and their last parts, the last parts, and one whole name to see how they are built. */
    private static String known(String match, List<String> linears) {
        Set<String> ends = linears.stream().map(ModelFit::end).collect(Collectors.toCollection(LinkedHashSet::new));
        String plain = match.replace("*", "");
        Optional<String> near = NearNames.nearest(end(plain), ends).or(() -> NearNames.nearest(plain, linears));
        return near.map(name -> "; did you mean " + name + "?").orElse(".") + " Its layers end in %s; whole names look like %s".formatted(some(List.copyOf(ends)), linears.getFirst());
    }

    private static String end(String name) {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    private static String some(List<String> names) {
        return String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size()))) + (names.size() > NAMES_SHOWN ? " …" : "");
    }

    /** Of the language model first, with its head; then of what makes tokens of pictures. */
    private static List<String> linears(ModelConfig config) {
        var linears = new ArrayList<>(linears(Tower.LANGUAGE, config));
        if (config.head() != null) {
            linears.add(config.head());
        }
        if (config.vision() != null) {
            linears.addAll(linears(Tower.PROJECTOR, config));
            linears.addAll(linears(Tower.VISION, config));
        }
        return linears;
    }

    /** The layers of a part, the head left out. */
    static List<String> linears(Tower part, ModelConfig config) {
        return switch (part) {
            case VISION -> BlockWalk.linears(config.vision().tower().blocks());
            case PROJECTOR -> config.vision().projectorLinears();
            case LANGUAGE -> BlockWalk.linears(config);
        };
    }
}
