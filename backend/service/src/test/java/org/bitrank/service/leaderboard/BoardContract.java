package org.bitrank.service.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.bitrank.service.SampleRows;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRecorder;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

abstract class BoardContract extends ServiceTest {
    private static final int ROWS = 10_000;
    private static final int MODELS = 4;

    private Leaderboard board;

    @BeforeAll
    void fill() {
        board = bean(Leaderboard.class);
        bean(ResultRecorder.class).replacePublished("sample", SampleRows.rows(ROWS, MODELS));
    }

    private static BoardQuery query(Set<String> models, Set<String> methods, Set<Double> bits, String sort) {
        return new BoardQuery(
                models, methods, bits, Set.of(), Set.of(), Set.of(Provenance.MEASURED), null, "", sort, false, 0, 50);
    }

    @Test
    void tenThousandRowsAreViewedWellUnderTwoHundredMilliseconds() {
        board.view(BoardQuery.measured(0, 50));
        long fastest = Long.MAX_VALUE;
        for (int i = 0; i < 20; i++) {
            long start = System.nanoTime();
            BoardView view = board.view(BoardQuery.measured(i, 50));
            fastest = Math.min(fastest, System.nanoTime() - start);
            assertThat(view.total()).isEqualTo(ROWS - MODELS);
        }
        System.out.println("board of 10,000 rows: " + fastest / 1000 + " us");
        assertThat(fastest).isLessThan(200_000_000L);
    }

    @Test
    void rowsComeInRankOrderAndTiesByIdAndBasesApart() {
        BoardView view = board.view(query(Set.of("example/model-1"), Set.of(), Set.of(), "rank"));
        assertThat(view.rows()).hasSize(50).isSortedAccordingTo(
                Comparator.comparingInt((BoardRow row) -> row.rank().low())
                        .thenComparingInt(row -> row.rank().high())
                        .thenComparingLong(BoardRow::id));
        assertThat(view.bases()).singleElement().satisfies(base -> {
            assertThat(base.result().model()).isEqualTo("example/model-1");
            assertThat(base.result().unquantized()).isTrue();
            assertThat(base.rank()).isNull();
        });
    }

    @Test
    void filtersNarrowAndFacetsSayWhatEachChoiceWouldShow() {
        BoardView all = board.view(query(Set.of(), Set.of(), Set.of(), "rank"));
        BoardView four = board.view(query(Set.of(), Set.of("gptq"), Set.of(4.0), "rank"));
        assertThat(four.rows()).allSatisfy(row -> {
            assertThat(row.result().method()).isEqualTo("gptq");
            assertThat(row.result().bits()).isEqualTo(4.0);
        });
        long threeBitGptq = four.facets().stream()
                .filter(facet -> facet.name().equals("bits"))
                .flatMap(facet -> facet.values().stream())
                .filter(value -> value.value().equals("3"))
                .findFirst()
                .orElseThrow()
                .count();
        assertThat(threeBitGptq)
                .isEqualTo(board.view(query(Set.of(), Set.of("gptq"), Set.of(3.0), "rank")).total())
                .isLessThan(all.total());
    }

    @Test
    void everyColumnGivesATotalOrder() {
        var columns = new ArrayList<>(List.of("wikitext2_gptq.perplexity", "piqa.acc", "no.such"));
        for (SortColumn column : SortColumn.values()) {
            columns.add(column.label());
        }
        for (String column : columns) {
            for (boolean descending : new boolean[] {false, true}) {
                var query = new BoardQuery(
                        Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, "", column, descending, 0,
                        BoardQuery.ALL);
                List<BoardRow> rows = board.view(query).rows();
                assertThat(rows).as(column).isSortedAccordingTo(SortColumn.order(column, descending)).doesNotHaveDuplicates();
            }
        }
    }
}
