package org.bitrank.web.rows;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.service.result.Difference;
import org.bitrank.service.result.ResultRow;
import org.bitrank.web.words.Figures;

/** The row in one sentence. */
final class Verdict {
    private Verdict() {}

    static String of(ResultRow row) {
        var parts = new ArrayList<String>();
        Difference difference = row.difference();
        if (difference != null && !row.unquantized()) {
            parts.add(loss(difference));
        }
        if (row.unquantized()) {
            parts.add("the unquantized model that others are compared with");
        }
        if (row.topAgreement() != null && !row.unquantized()) {
            parts.add("keeps " + Figures.percent(row.topAgreement(), 0) + " % of the base's first choices" + (row.textSpeaks() ? "" : " in text without pictures"));
        }
        String size = size(row);
        return sentence(parts, size);
    }

    private static String loss(Difference difference) {
        String unit = difference.unit().equals("nats/token") ? "nats a token" : difference.unit();
        boolean spread = difference.low() != null && difference.high() != null;
        int decimals = Figures.decimals(difference.loss());
        String margin = (spread ? " ± " + Figures.fixed((difference.high() - difference.low()) / 2, decimals) : "") + " " + unit;
        if (spread && difference.low() <= 0 && difference.high() >= 0) {
            return "can't be told apart from its base (" + Figures.signed(difference.loss(), decimals) + margin + ")";
        }
        return (difference.loss() < 0 ? "gains " : "loses ") + Figures.fixed(Math.abs(difference.loss()), decimals) + margin;
    }

    private static String size(ResultRow row) {
        var size = new ArrayList<String>();
        if (row.effectiveBits() != null) {
            size.add(Figures.fixed(row.effectiveBits(), 2) + " bits a weight");
        }
        if (row.bytes() != null) {
            size.add(Figures.bytes(row.bytes()));
        }
        return String.join(", ", size);
    }

    private static String sentence(List<String> parts, String size) {
        String text = String.join(", ", parts) + (size.isEmpty() ? "" : (parts.isEmpty() ? "" : ", at ") + size);
        return text.isEmpty() ? "" : Character.toUpperCase(text.charAt(0)) + text.substring(1) + ".";
    }
}
