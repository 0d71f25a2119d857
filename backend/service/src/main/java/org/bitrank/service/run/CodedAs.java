package org.bitrank.service.run;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.bitrank.engine.checkpoint.ArtifactWriter;
import org.bitrank.engine.quantize.recipe.Recipe;
import org.bitrank.engine.quantize.recipe.WeightSettings;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What an artifact says of the codes in it.
 *
 * @param bits mean of the codes, whatever they are stored in; null where it does not say
 * @param groups columns that share a scale, by the width of the layers; empty where there are no groups
 */
record CodedAs(Double bits, Map<Integer, Integer> groups) {
    static CodedAs of(Path artifact, JsonMapper json) {
        JsonNode manifest = json.readTree(artifact.resolve(ArtifactWriter.MANIFEST));
        JsonNode nominal = manifest.path("bits").path("nominal");
        var groups = new TreeMap<Integer, Integer>();
        manifest.path("group_sizes").properties().forEach(size -> groups.put(Integer.valueOf(size.getKey()), size.getValue().intValue()));
        return new CodedAs(nominal.isNumber() ? nominal.doubleValue() : null, groups);
    }

    /** The group that a row is named by, 0 for one a row: what the layers got, where that is one size for all; else what was asked for. */
    int group(Recipe recipe) {
        int asked = recipe.weights().groupSize();
        if (asked == WeightSettings.CHANNEL) {
            return 0;
        }
        List<Integer> used = used(recipe);
        return used.size() == 1 ? used.getFirst() : asked;
    }

    /** Says so where layers got other groups than were asked for; null where they did not. */
    String note(Recipe recipe) {
        int asked = recipe.weights().groupSize();
        List<Integer> used = asked == WeightSettings.CHANNEL ? List.of() : used(recipe);
        if (used.isEmpty() || used.equals(List.of(asked))) {
            return null;
        }
        if (used.equals(List.of(0)) && groups.keySet().stream().allMatch(width -> width < asked)) {
            return "the recipe asks for groups of %d columns, and no row is as wide: every row is one group".formatted(asked);
        }
        return "the recipe asks for groups of %d columns, which do not divide the rows of the layers; there are %s".formatted(asked, groups.entrySet().stream()
                .map(group -> "%s in rows of %d".formatted(whole(group) ? "one group" : "groups of " + group.getValue(), group.getKey()))
                .collect(Collectors.joining(", ")));
    }

    /** The sizes of the layers' groups; empty where nothing is known, or rules ask for several. Of rows that are narrower than a group there is nothing to say while others are not. */
    private List<Integer> used(Recipe recipe) {
        int asked = recipe.weights().groupSize();
        if (!recipe.modules().isEmpty() || groups.isEmpty()) {
            return List.of();
        }
        List<Map.Entry<Integer, Integer>> told = groups.entrySet().stream().filter(group -> group.getKey() >= asked).toList();
        return (told.isEmpty() ? groups.entrySet().stream().toList() : told).stream()
                .map(group -> whole(group) && group.getValue() != asked ? 0 : group.getValue())
                .distinct()
                .toList();
    }

    private static boolean whole(Map.Entry<Integer, Integer> group) {
        return group.getKey().equals(group.getValue());
    }
}
