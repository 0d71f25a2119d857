package org.bitrank.web.board;

import java.util.ArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.web.words.MethodNames;

/**
 * A row's name as tables set it: the method bold, its bits beside it, the rest small below.
 *
 * @param chart short, for the picture: {@code GPTQ 4 act-order}
 */
public record RowName(String bold, String bits, String small, String chart) {
    /** What other parts of the line say already. */
    private static final String SAID = "\\d+(\\.\\d+)?-bit|g\\d+|group|channel|per-channel|sym|symmetric|asym|asymmetric|·";

    private static final String CHAIN = " + ";

    /** What of a vision-language model is quantized where nothing else is said. */
    private static final String LANGUAGE = "language";

    private static final String ALL_PARTS = "language + projector + vision";

    public static RowName of(ResultRow row) {
        if (row.provenance() == Provenance.PUBLISHED) {
            return new RowName(row.label(), "", row.model(), row.label());
        }
        if (row.unquantized()) {
            return new RowName(row.label(), "", "what every row is compared with", "base");
        }
        int chained = row.label().lastIndexOf(CHAIN) + 1;
        String method = Stream.of(row.label().substring(0, chained).split("[ +]+"))
                .filter(step -> !step.isEmpty())
                .map(step -> MethodNames.of(step) + CHAIN)
                .collect(Collectors.joining()) + MethodNames.of(row.method());
        var small = new ArrayList<String>();
        if (row.groupSize() != null) {
            small.add(row.groupSize() == 0 ? "per channel" : "g" + row.groupSize());
        }
        if (row.symmetric() != null) {
            small.add(row.symmetric() ? "symmetric" : "asymmetric");
        }
        if (row.towers() != null && !row.towers().equals(LANGUAGE)) {
            small.add(parts(row.towers()));
        }
        String chart = method + (row.bits() == null ? "" : " " + bits(row.bits()));
        String[] words = row.label().substring(chained == 0 ? 0 : chained + CHAIN.length() - 1).split("[\\s,]+");
        for (int i = 1; i < words.length; i++) {
            if (!words[i].matches(SAID)) {
                small.add(words[i]);
                chart += words[i].equals("act-order") ? " act-order" : "";
            }
        }
        if (row.activationBits() != null && small.stream().noneMatch(word -> word.matches("A\\d+"))) {
            // A checkpoint that was submitted: no recipe has put it into the label.
            small.add("A" + bits(row.activationBits()));
        }
        return new RowName(method, row.bits() == null ? "" : bits(row.bits()) + "-bit", String.join(" · ", small), chart);
    }

    /** Short, as there is little room: the language model goes without saying. */
    private static String parts(String towers) {
        return towers.equals(ALL_PARTS) ? "all parts" : towers.startsWith(LANGUAGE + CHAIN) ? "+ " + towers.substring((LANGUAGE + CHAIN).length()) : towers;
    }

    /** In one line, for headings. */
    public String whole() {
        return bits.isEmpty() ? bold : bold + " " + bits + (small.isEmpty() ? "" : ", " + small.replace(" · ", ", "));
    }

    /** {@code 4}, {@code 1.7}: no more than two decimals. */
    public static String bits(double bits) {
        double rounded = Math.round(100 * bits) / 100.0;
        return rounded == Math.rint(rounded) ? Long.toString(Math.round(rounded)) : Double.toString(rounded);
    }
}
