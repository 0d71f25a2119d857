package org.bitrank.engine.quantize.recipe;

/**
 * What is wrong with one key of a recipe.
 *
 * @param key where: {@code weights.bits}; empty for the recipe as a whole
 * @param message what is wrong and what is allowed
 */
public record RecipeProblem(String key, String message) {
    @Override
    public String toString() {
        return key.isEmpty() ? message : key + ": " + message;
    }
}
