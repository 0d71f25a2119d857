package org.bitrank.web.board;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.bitrank.engine.quantize.recipe.RecipeLabel;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.web.words.MethodNames;

/**
 * A row's name as tables set it: the method bold, its bits beside it, the rest small below. A recipe's name is made of the
 * recipe; what its sender calls a checkpoint is its name as it stands.
 *
 * @param chart short, for the picture: {@code GPTQ 4 act-order}
 */
public record RowName(String bold, String bits, String small, String chart) {
    /** An option that makes a point another one for whoever reads a chart. */
    private static final String ORDER = "act-order";

    private static final int LONGEST_IN_CHART = 24;

    /** What of a vision-language model is quantized where nothing else is said. */
    private static final String LANGUAGE = "language";

    private static final String CHAIN = " + ";

    private static final String ALL_PARTS = "language + projector + vision";

    public static RowName of(ResultRow row) {
        if (row.provenance() == Provenance.PUBLISHED) {
            return new RowName(row.label(), "", row.model(), row.label());
        }
        if (row.unquantized()) {
            return new RowName(row.label(), "", "what every row is compared with", "base");
        }
        return row.naming() == null ? given(row) : made(row, row.naming());
    }

    /** Somebody's own name, with what is known of the file below. */
    private static RowName given(ResultRow row) {
        var small = new ArrayList<String>();
        small.add(MethodNames.of(row.method()) + (row.bits() == null ? "" : " " + bits(row.bits()) + "-bit"));
        common(row, small);
        if (row.activationBits() != null) {
            small.add("A" + bits(row.activationBits()));
        }
        String label = row.label();
        return new RowName(label, "", String.join(" · ", small), label.length() <= LONGEST_IN_CHART ? label : label.substring(0, LONGEST_IN_CHART - 1).strip() + "…");
    }

    private static RowName made(ResultRow row, RecipeLabel recipe) {
        String method = recipe.steps().stream().map(step -> MethodNames.of(step) + CHAIN).collect(Collectors.joining()) + MethodNames.of(row.method());
        var small = new ArrayList<String>();
        common(row, small);
        small.addAll(recipe.rounding());
        small.addAll(recipe.options());
        small.addAll(recipe.rules());
        small.addAll(recipe.remarks());
        String chart = method + (row.bits() == null ? "" : " " + bits(row.bits())) + (recipe.options().contains(ORDER) ? " " + ORDER : "");
        return new RowName(method, row.bits() == null ? "" : bits(row.bits()) + "-bit", String.join(" · ", small), chart);
    }

    private static void common(ResultRow row, List<String> small) {
        if (row.groupSize() != null) {
            small.add(row.groupSize() == 0 ? "per channel" : "g" + row.groupSize());
        }
        if (row.symmetric() != null) {
            small.add(row.symmetric() ? "symmetric" : "asymmetric");
        }
        if (row.towers() != null && !row.towers().equals(LANGUAGE)) {
            small.add(parts(row.towers()));
        }
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
