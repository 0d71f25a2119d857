package org.bitrank.web.board;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A question that readers come with, as an address of the board that keeps the model and suite they look at.
 *
 * @param answer what exactly is shown, or null where the question says it
 */
record Preset(String question, String answer, String address, boolean here) {
    private static final List<String> PLACE = List.of("model", "suite");
    private static final List<String> LAYOUT = List.of("columns", "page", "size");

    static List<Preset> of(BoardAddress asked) {
        return List.of(
                preset(asked, "All measured", null, Map.of()),
                preset(asked, "Nearly lossless", "Rows that keep at least 99 % of the base's quality, smallest first.",
                        Map.of(BoardAddress.RECOVERY, List.of("99"), "sort", List.of("bytes"))),
                preset(asked, "Best per method", "Of each method at each number of bits the recipe that loses least.", Map.of("best", List.of("method"))),
                preset(asked, "Fits in 8 GB", "Rows whose weights take at most 8 GB; what a conversation needs beside them comes on top.",
                        Map.of(BoardAddress.GIGABYTES, List.of("8"))),
                preset(asked, "Best at 4 bits", null, Map.of("bits", List.of("4"))),
                preset(asked, "Best at 2 or 3 bits", null, Map.of("bits", List.of("2", "3"))),
                preset(asked, "Smallest", null, Map.of("sort", List.of("bytes"))),
                preset(asked, "Fastest to generate", null, Map.of("sort", List.of("decode"), "order", List.of("desc"))),
                published(asked));
    }

    private static Preset preset(BoardAddress asked, String question, String answer, Map<String, List<String>> what) {
        Map<String, List<String>> state = asked.parameters();
        var address = new LinkedHashMap<String, List<String>>();
        PLACE.stream().filter(state::containsKey).forEach(name -> address.put(name, state.get(name)));
        BoardAddress.NAMES.stream().filter(what::containsKey).forEach(name -> address.put(name, what.get(name)));
        return new Preset(question, answer, "/" + BoardAddress.text(address), chosen(state).equals(what));
    }

    /** Publications measured other models on other suites. */
    private static Preset published(BoardAddress asked) {
        Map<String, List<String>> what = Map.of("provenance", List.of("published"));
        return new Preset("As published in papers", null, "/?provenance=published", chosen(asked.parameters()).equals(what));
    }

    private static Map<String, List<String>> chosen(Map<String, List<String>> state) {
        var chosen = new LinkedHashMap<>(state);
        chosen.keySet().removeAll(PLACE);
        chosen.keySet().removeAll(LAYOUT);
        return chosen;
    }
}
