package org.bitrank.service.result;

import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.RecipeLabel;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The recipe in a row's stored detail, which also rows of older versions have. */
final class StoredRecipe {
    private static final String RECIPE = "recipe";

    private StoredRecipe() {}

    /** What the row's name is made of; null without a recipe, and where a recipe of an older version is none any more: its label stays as it was written then. */
    static RecipeLabel naming(String detail, JsonMapper json) {
        String recipe = text(detail, json);
        if (recipe == null || !(json.readTree(recipe) instanceof ObjectNode node)) {
            return null;
        }
        Recipe.Reading reading = Recipe.read(node);
        return reading.valid() ? reading.recipe().naming() : null;
    }

    /** What stands around it may be long, and is passed over. */
    private static String text(String detail, JsonMapper json) {
        try (JsonParser parser = json.createParser(detail)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
                boolean here = parser.currentName().equals(RECIPE);
                JsonToken value = parser.nextToken();
                if (here) {
                    return value == JsonToken.VALUE_STRING ? parser.getString() : null;
                }
                parser.skipChildren();
            }
            return null;
        }
    }
}
