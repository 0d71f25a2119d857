package org.bitrank.web.compare;

import java.util.ArrayList;
import java.util.List;
import org.bitrank.service.result.Difference;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;
import org.bitrank.web.board.RowName;
import org.bitrank.web.words.Figures;

/**
 * A row as a column of the side-by-side table.
 *
 * @param letter what it is called on the page: A, B, C, D
 * @param without the same page without this row
 */
record ComparedRow(long id, String letter, String title, String address, String without, List<String> facts, List<String> scores) {
    static final List<String> FACTS = List.of(
            "Loss to base", "KL to base, nats a token", "Same top-1 as base, %", "Bits, effective", "MB", "Decode, tokens a second");

    static String title(ResultRow row) {
        return row.unquantized() ? row.label() + ", the base" : RowName.of(row).whole();
    }

    /** @param keys of the scores to show */
    static ComparedRow of(ResultRow row, String letter, String without, List<String> keys) {
        var facts = new ArrayList<String>();
        facts.add(loss(row));
        facts.add(row.unquantized() ? "0" : Figures.significant(row.divergence()));
        facts.add(row.unquantized() ? "100" : Figures.percent(row.topAgreement(), 1));
        facts.add(Figures.fixed(row.effectiveBits(), 2));
        facts.add(Figures.megabytes(row.bytes()));
        facts.add(Figures.significant(row.decodeRate()));
        return new ComparedRow(row.id(), letter, title(row), "/rows/" + row.id(), without, facts, keys.stream().map(key -> score(row.score(key))).toList());
    }

    private static String loss(ResultRow row) {
        Difference difference = row.difference();
        if (row.unquantized() || difference == null) {
            return row.unquantized() ? "0" : Figures.ABSENT;
        }
        String unit = difference.unit().equals("nats/token") ? " nats a token" : " " + difference.unit();
        int decimals = Figures.decimals(difference.loss());
        return Figures.signed(difference.loss(), decimals)
                + (difference.low() == null ? "" : " ±" + Figures.fixed((difference.high() - difference.low()) / 2, decimals)) + unit;
    }

    private static String score(Score score) {
        if (score == null || score.value() == null) {
            return Figures.ABSENT;
        }
        return score.higherIsBetter() && score.value() >= 0 && score.value() <= 1 ? Figures.percent(score.value(), 1) : Figures.significant(score.value(), 4);
    }
}
