package org.bitrank.engine.quantize;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
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
public record CodedAs(Double bits, Map<Integer, SortedSet<Integer>> groups) {
    public static CodedAs of(Path artifact, JsonMapper json) {
        JsonNode manifest = json.readTree(artifact.resolve(ArtifactWriter.MANIFEST));
        JsonNode nominal = manifest.path("bits").path("nominal");
        var groups = new TreeMap<Integer, SortedSet<Integer>>();
        manifest.path("group_sizes").properties().forEach(width -> groups.put(Integer.valueOf(width.getKey()), sizes(width.getValue())));
        return new CodedAs(nominal.isNumber() ? nominal.doubleValue() : null, groups);
    }

    private static SortedSet<Integer> sizes(JsonNode stored) {
        var sizes = new TreeSet<Integer>();
        if (stored.isArray()) {
            stored.forEach(size -> sizes.add(size.intValue()));
        } else {
            sizes.add(stored.intValue());
        }
        return sizes;
    }

    /**
     * The group that a row is named by, 0 for one a row: what the layers got, where that is one size for all; else what was asked for.
     * Null where rows as a whole were asked for and the method made groups of several sizes.
     */
    public Integer group(Recipe recipe) {
        int asked = recipe.weights().groupSize();
        List<Integer> used = used(recipe);
        if (asked == WeightSettings.CHANNEL) {
            return used.isEmpty() ? (Integer) 0 : used.size() == 1 ? used.getFirst() : null;
        }
        return used.size() == 1 ? used.getFirst() : (Integer) asked;
    }

    /** What the recipe is called as it came out: with the groups that all its layers got. */
    public String label(Recipe recipe) {
        Integer group = recipe.modules().isEmpty() ? group(recipe) : null;
        return group == null ? recipe.label() : recipe.naming().grouped(group).text();
    }

    /** Says so where layers got other groups than were asked for; null where they did not. */
    public String note(Recipe recipe) {
        int asked = recipe.weights().groupSize();
        List<Integer> used = used(recipe);
        if (asked == WeightSettings.CHANNEL) {
            return used.isEmpty() || used.equals(List.of(0)) ? null : "the method chose the groups: " + sizes();
        }
        if (used.isEmpty() || used.equals(List.of(asked))) {
            return null;
        }
        if (used.equals(List.of(0)) && groups.keySet().stream().allMatch(width -> width < asked)) {
            return "the recipe asks for groups of %d columns, and no row is as wide: every row is one group".formatted(asked);
        }
        return "the recipe asks for groups of %d columns, which do not divide the rows of the layers; there are %s".formatted(asked, sizes());
    }

    private String sizes() {
        return groups.entrySet().stream()
                .map(group -> "%s in rows of %d".formatted(words(group.getKey(), group.getValue()), group.getKey()))
                .collect(Collectors.joining(", "));
    }

    private static String words(int width, SortedSet<Integer> sizes) {
        if (sizes.size() == 1) {
            return sizes.getFirst() == width ? "one group" : "groups of " + sizes.getFirst();
        }
        return "groups of " + sizes.stream().map(String::valueOf).collect(Collectors.joining(" and "));
    }

    /**
     * The sizes of the layers' groups, 0 for a whole row; empty where nothing is known, or rules ask for several. Of rows that are
     * narrower than a group there is nothing to say while others are not.
     */
    private List<Integer> used(Recipe recipe) {
        int asked = recipe.weights().groupSize();
        if (!recipe.modules().isEmpty() || groups.isEmpty()) {
            return List.of();
        }
        var told = groups.entrySet().stream().filter(group -> group.getKey() >= asked).toList();
        return (told.isEmpty() ? groups.entrySet().stream().toList() : told).stream()
                .flatMap(group -> group.getValue().stream().map(size -> size.equals(group.getKey()) && size != asked ? 0 : size))
                .distinct()
                .toList();
    }
}
