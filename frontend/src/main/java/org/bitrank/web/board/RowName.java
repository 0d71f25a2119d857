package org.bitrank.web.board;

import java.util.ArrayList;
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

    public static RowName of(ResultRow row) {
        if (row.provenance() == Provenance.PUBLISHED) {
            return new RowName(row.label(), "", row.model(), row.label());
        }
        if (row.unquantized()) {
            return new RowName(row.label(), "", "what every row is compared with", "base");
        }
        String method = MethodNames.of(row.method());
        var small = new ArrayList<String>();
        if (row.groupSize() != null) {
            small.add(row.groupSize() == 0 ? "per channel" : "g" + row.groupSize());
        }
        if (row.symmetric() != null) {
            small.add(row.symmetric() ? "symmetric" : "asymmetric");
        }
        String chart = method + (row.bits() == null ? "" : " " + bits(row.bits()));
        String[] words = row.label().split("[\\s,]+");
        for (int i = 1; i < words.length; i++) {
            if (!words[i].matches(SAID)) {
                small.add(words[i]);
                chart += words[i].equals("act-order") ? " act-order" : "";
            }
        }
        return new RowName(method, row.bits() == null ? "" : bits(row.bits()) + "-bit", String.join(" · ", small), chart);
    }

    /** In one line, for headings. */
    public String whole() {
        return bits.isEmpty() ? bold : bold + " " + bits + (small.isEmpty() ? "" : ", " + small.replace(" · ", ", "));
    }

    static String bits(double bits) {
        return bits == Math.rint(bits) ? Long.toString(Math.round(bits)) : Double.toString(bits);
    }
}
