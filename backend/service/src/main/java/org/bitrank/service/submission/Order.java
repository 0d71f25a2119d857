package org.bitrank.service.submission;

import java.util.List;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.service.run.RunRequest;
import tools.jackson.databind.node.ObjectNode;

/**
 * A checked submission, ready to be queued; or its problems.
 *
 * @param content what was asked for, in one spelling
 * @param hash the same request has the same
 */
record Order(RunRequest request, String content, String hash, List<FieldProblem> problems) {
    static Order of(RunRequest request, String content, String hash) {
        return new Order(request, content, hash, List.of());
    }

    static Order refused(List<FieldProblem> problems) {
        return new Order(null, null, null, List.copyOf(problems));
    }

    /** Whether what is made depends on the seed of a calibration. */
    boolean hasSeed() {
        return Recipe.parse(content).calibration() != null;
    }

    /** The recipe with another seed. */
    ObjectNode withNextSeed(int further) {
        Recipe recipe = Recipe.parse(content);
        ObjectNode node = recipe.toJson();
        ((ObjectNode) node.get("calibration")).put("seed", recipe.calibration().seed() + further);
        return node;
    }

    boolean valid() {
        return problems.isEmpty();
    }
}
