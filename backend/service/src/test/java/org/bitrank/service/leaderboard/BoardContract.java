package org.bitrank.service.leaderboard;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.persistence.EntityManagerFactory;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import org.bitrank.service.SampleRows;
import org.bitrank.service.ServiceTest;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRecorder;
import org.hibernate.SessionFactory;
import org.hibernate.stat.Statistics;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

abstract class BoardContract extends ServiceTest {
    private static final int MODELS = 4;
    private static final int VIEWS = 30;

    private Leaderboard board;

    protected abstract int rowCount();

    @BeforeAll
    void fill() {
        board = bean(Leaderboard.class);
        bean(ResultRecorder.class).replacePublished("sample", SampleRows.rows(rowCount(), MODELS));
    }

    private static BoardQuery query(Set<String> models, Set<String> methods, Set<Double> bits, String sort) {
        return new BoardQuery(
                models, methods, bits, Set.of(), Set.of(), Set.of(Provenance.MEASURED), null, "", sort, false, 0, 50);
    }

    /** Each view asks the database how many rows there are and for the newest of them, once a second at most, and for nothing else. */
    @Test
    void allRowsAreViewedFromMemory() {
        board.view(BoardQuery.measured(0, 50));
        Statistics database = bean(EntityManagerFactory.class).unwrap(SessionFactory.class).getStatistics();
        database.setStatisticsEnabled(true);
        try {
            for (int i = 0; i < VIEWS; i++) {
                assertThat(board.view(BoardQuery.measured(i, 50)).total()).isEqualTo(rowCount() - MODELS);
            }
            assertThat(database.getEntityLoadCount()).isZero();
            assertThat(database.getPrepareStatementCount()).isLessThanOrEqualTo(2L * VIEWS);
        } finally {
            database.setStatisticsEnabled(false);
        }
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
    void everyColumnGivesATotalOrderThatPagesKeep() {
        var columns = new ArrayList<>(List.of("wikitext2_gptq.perplexity", "piqa.acc", "no.such"));
        for (SortColumn column : SortColumn.values()) {
            columns.add(column.label());
        }
        for (String column : columns) {
            for (boolean descending : new boolean[] {false, true}) {
                List<Long> whole = ids(column, descending, 0, 400);
                var pages = new ArrayList<Long>();
                for (int page = 0; page < 2; page++) {
                    pages.addAll(ids(column, descending, page, 200));
                }
                assertThat(pages).as(column).isEqualTo(whole).doesNotHaveDuplicates();
            }
        }
    }

    private List<Long> ids(String column, boolean descending, int page, int size) {
        var query = new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, "", column, descending, page, size);
        return board.view(query).rows().stream().map(BoardRow::id).toList();
    }

    @Test
    void sortingByAScoreGoesByItsValue() {
        var query = new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of("standard"), Set.of(), null, "", "piqa.acc", true, 0, 100);
        assertThat(board.view(query).rows())
                .extracting(row -> row.result().score("piqa.acc").value())
                .isSortedAccordingTo(Comparator.reverseOrder());
    }

    @Test
    void wordsNarrowTheBoard() {
        var query = new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, "GPTQ 3-bit model-2", "rank", false, 0, 50);
        assertThat(board.view(query).rows()).isNotEmpty().allSatisfy(row -> {
            assertThat(row.result().label()).startsWith("GPTQ 3-bit");
            assertThat(row.result().model()).isEqualTo("example/model-2");
        });
    }

    @Test
    void rowsOfVisionLanguageModelsAreFoundByWhatIsQuantized() {
        var query = new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), null, Set.of("language + vision"), "", Set.of(), BoardQuery.Limits.NONE,
                "rank", false, 0, 50);
        BoardView view = board.view(query);
        assertThat(view.rows()).isNotEmpty().allSatisfy(row -> assertThat(row.result().towers()).isEqualTo("language + vision"));
        assertThat(view.facets()).filteredOn(facet -> facet.name().equals("towers")).singleElement()
                .satisfies(facet -> assertThat(facet.values()).extracting(BoardView.FacetValue::value).containsExactly("language", "language + vision"));
    }
}
