package org.bitrank.web.board;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bitrank.service.leaderboard.BoardView.Facet;
import org.bitrank.service.leaderboard.BoardView.FacetValue;
import org.junit.jupiter.api.Test;

class FacetGroupTest {
    /** A browser shows the first of a list in which nothing is chosen: that would be the wrong one. */
    @Test
    void beforeTheFirstMeasuredRowItIsMeasuredRowsThatAreLookedAt() {
        assertThat(provenance(new FacetValue("published", "published", 251, false))).containsExactly(
                new FacetGroup.Value("measured", "measured", 0, true), new FacetGroup.Value("published", "published", 251, false));
        assertThat(provenance(new FacetValue("published", "published", 45, true))).containsExactly(
                new FacetGroup.Value("measured", "measured", 0, false), new FacetGroup.Value("published", "published", 45, true));
    }

    @Test
    void bothAreOfferedAsTheyAreCounted() {
        assertThat(provenance(new FacetValue("measured", "measured", 3, true), new FacetValue("published", "published", 0, false))).containsExactly(
                new FacetGroup.Value("measured", "measured", 3, true), new FacetGroup.Value("published", "published", 0, false));
    }

    private static List<FacetGroup.Value> provenance(FacetValue... values) {
        var facets = List.of(new Facet("provenance", List.of(values)));
        return FacetGroup.of(facets, facets).getFirst().values();
    }
}
