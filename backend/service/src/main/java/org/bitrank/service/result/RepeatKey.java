package org.bitrank.service.result;

import org.bitrank.engine.Sha256;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tells which rows are repeats of each other: everything that led to them but the seed of their calibration. */
final class RepeatKey {
    private static final String CALIBRATION = "calibration";
    private static final String SEED = "seed";

    private RepeatKey() {}

    /** Null for rows that no seed had a part in. */
    static String of(RowDetail detail, JsonMapper json) {
        if (detail.row().provenance() != Provenance.MEASURED || seed(detail.recipe(), json) == null) {
            return null;
        }
        var recipe = (ObjectNode) json.readTree(detail.recipe());
        ((ObjectNode) recipe.get(CALIBRATION)).remove(SEED);
        ResultRow row = detail.row();
        return Sha256.of(String.join("\n", row.model(), row.protocolKey(), row.suite(), json.writeValueAsString(recipe)));
    }

    /** Null where the recipe has none. */
    static Long seed(String recipe, JsonMapper json) {
        if (recipe == null) {
            return null;
        }
        JsonNode seed = json.readTree(recipe).path(CALIBRATION).path(SEED);
        return seed.isIntegralNumber() ? (Long) seed.longValue() : null;
    }
}
