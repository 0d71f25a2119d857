package org.bitrank.web.board;

import java.util.List;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.BoardView.ScoreColumn;
import org.bitrank.service.leaderboard.Rank;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Score;
import org.bitrank.web.chart.BitsBar;
import org.bitrank.web.chart.Difference;
import org.bitrank.web.words.Figures;

/** One line of the table, as text and drawings. */
record BoardLine(
        long number,
        String id,
        String address,
        boolean base,
        RowName name,
        String rank,
        String rankWords,
        Cell perplexity,
        String accuracy,
        String loss,
        String lossUnit,
        String spread,
        String whisker,
        String recovery,
        String divergence,
        int divergenceHeat,
        String agreement,
        int agreementHeat,
        String effectiveBits,
        String nominalBits,
        String bitsBar,
        String megabytes,
        String decode,
        String download,
        List<Cell> tasks,
        boolean doubtful) {
    /**
     * @param change from the base on the same items, in the number's own unit (of a perplexity in nats a token); empty where none is known
     * @param doubtful something is known to be wrong with the number; the row's page says what
     */
    record Cell(String text, String change, boolean doubtful) {}

    private static final int HEATS = 7;
    private static final double MOST_BITS = 9.4;

    /** @param usual the protocol of most rows shown: a row of another one says so, because its rank counts among others */
    static BoardLine of(BoardRow row, String usual, LossUnits units, List<ScoreColumn> tasks) {
        ResultRow result = row.result();
        boolean base = result.unquantized();
        boolean measuredBase = base && result.provenance() == Provenance.MEASURED;
        Difference difference = drawn(row);
        Rank rank = row.rank();
        return new BoardLine(
                row.id(),
                "row-" + row.id(),
                "/rows/" + row.id(),
                base,
                name(result, usual),
                base ? "base" : rank == null ? Figures.ABSENT : rank.toString(),
                rank == null ? null : words(rank),
                cell(row.perplexity()),
                Figures.percent(row.accuracy(), 1),
                measuredBase ? "0" : difference == null ? Figures.ABSENT : Figures.signed(difference.value(), Figures.decimals(difference.value())),
                difference == null || measuredBase ? "" : units.behind(row.difference().unit()),
                difference == null || !difference.spread() ? "" : "±" + Figures.fixed(difference.halfWidth(), row.difference().unit().equals(LossUnits.NATS) ? 3 : Figures.decimals(difference.value())),
                difference == null || base ? "" : units.axis(row.difference().unit()).draw(difference),
                measuredBase ? "100" : base ? Figures.ABSENT : Figures.significant(row.recovery()),
                measuredBase ? "0" : shown(result.divergence()),
                base ? 0 : heat(result.divergence() == null ? null : 1 - Math.log10(1 + 100 * Math.max(0, result.divergence())) / 2.7),
                measuredBase ? "100" : Figures.percent(result.topAgreement(), 1),
                base ? 0 : heat(result.topAgreement() == null ? null : (result.topAgreement() - 0.2) / 0.8),
                Figures.fixed(result.effectiveBits(), 2),
                result.effectiveBits() == null || result.bits() == null || base ? "" : "named " + RowName.bits(result.bits()),
                result.effectiveBits() == null || base ? "" : BitsBar.draw(result.effectiveBits(), result.bits(), MOST_BITS),
                Figures.megabytes(result.bytes()),
                Figures.significant(result.decodeRate()),
                result.artifactSha256() == null ? null : "/api/v1/artifacts/" + result.artifactSha256(),
                tasks.stream().map(task -> cell(result.score(task.key()))).toList(),
                result.scores().stream().anyMatch(score -> !score.caveats().isEmpty()));
    }

    /** The row's loss as the drawing needs it; worse is to the right. */
    static Difference drawn(BoardRow row) {
        return row.difference() == null || row.result().unquantized()
                ? null
                : new Difference(row.difference().loss(), row.difference().low(), row.difference().high(), true);
    }

    private static RowName name(ResultRow result, String usual) {
        RowName name = RowName.of(result);
        boolean other = result.provenance() == Provenance.MEASURED && !result.protocolKey().equals(usual);
        return other ? new RowName(name.bold(), name.bits(), name.small() + " · another protocol", name.chart()) : name;
    }

    private static String words(Rank rank) {
        return rank.low() == rank.high()
                ? "rank " + rank.low() + " of " + rank.of()
                : "between rank " + rank.low() + " and " + rank.high() + " of " + rank.of() + " at 95 %";
    }

    static String divergence(Double divergence) {
        return divergence == null ? Figures.ABSENT : divergence >= 0.0005 || divergence <= 0 ? Figures.fixed(divergence, 3) : Figures.significant(divergence, 2);
    }

    /** In a column of thousandths; the row's page has the digits. */
    private static String shown(Double divergence) {
        return divergence != null && divergence > 0 && divergence < 0.0005 ? "<0.001" : divergence(divergence);
    }

    private static Cell cell(Score score) {
        if (score == null || score.value() == null) {
            return new Cell(score == null || score.printed() == null ? Figures.ABSENT : score.printed(), "", false);
        }
        return new Cell(text(score), change(score), !score.caveats().isEmpty());
    }

    private static String change(Score score) {
        if (score.difference() == null) {
            return "";
        }
        if (score.percent()) {
            return Figures.signed(100 * score.difference(), 1);
        }
        return Figures.signed(score.difference(), score.perplexity() || score.share() ? 3 : 1);
    }

    private static String text(Score score) {
        if (score.printed() != null) {
            return score.printed();
        }
        return score.higherIsBetter() && Math.abs(score.value()) <= 1 ? Figures.percent(score.value(), 1) : Figures.significant(score.value(), 4);
    }

    private static int heat(Double share) {
        return share == null ? 0 : (int) Math.round(Math.clamp(share, 0, 1) * HEATS);
    }
}
