package org.bitrank.service.result;

import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.RecipeLabel;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What a row's name is made of, in JSON as it is stored: boards of thousands of rows read it without reading a recipe. */
final class StoredName {
    private static final String RECIPE = "recipe";

    private StoredName() {}

    /** Null without a recipe, and where a recipe of an older version is none any more: its label stays as it was written then. */
    static String of(String recipe, JsonMapper json) {
        if (recipe == null || !(json.readTree(recipe) instanceof ObjectNode node)) {
            return null;
        }
        Recipe.Reading reading = Recipe.read(node);
        return reading.valid() ? json.writeValueAsString(reading.recipe().naming()) : null;
    }

    /** Of the recipe in a row's stored detail. */
    static String inDetail(String detail, JsonMapper json) {
        return of(recipe(detail, json), json);
    }

    static RecipeLabel read(String stored, JsonMapper json) {
        return stored == null ? null : json.readValue(stored, RecipeLabel.class);
    }

    /** What stands around it may be long, and is passed over. */
    private static String recipe(String detail, JsonMapper json) {
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
