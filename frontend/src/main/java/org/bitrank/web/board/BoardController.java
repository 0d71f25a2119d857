package org.bitrank.web.board;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardRow;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.BoardView.ProtocolGroup;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.Provenance;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class BoardController {
    private final Leaderboard leaderboard;
    private final KnownNames names;
    private final UnfilteredViews groups;

    BoardController(Leaderboard leaderboard, KnownNames names) {
        this.leaderboard = leaderboard;
        this.names = names;
        this.groups = new UnfilteredViews(leaderboard);
    }

    /**
     * What no link of ours ever said (a size of 0, an order that is none) is refused. Names are another matter: a bookmark outlives
     * models, tasks and columns, so that the page is shown and says which name it does not know; and where rows went since, the
     * last page stands for those behind it.
     */
    @GetMapping("/")
    String board(@RequestParam MultiValueMap<String, String> parameters, Model model) {
        BoardAddress asked = BoardAddress.of(parameters);
        Map<String, KnownNames.Unknown> unknown = names.unknown(asked);
        if (unknown.containsKey("sort")) {
            asked = asked.sorted(null, false);
        }
        BoardAddress address = completed(asked);
        BoardView view = leaderboard.view(address.query());
        int last = (int) Math.max(0, (view.total() - 1) / address.query().size());
        if (address.query().page() > last) {
            return "redirect:/" + asked.paged(last).text();
        }
        List<BoardRow> drawn = view.total() <= view.rows().size()
                ? view.rows()
                : leaderboard.view(address.query().sorted("difference", false).page(0, BoardPage.MOST_POINTS)).rows();
        model.addAttribute("unknown", unknown);
        model.addAttribute("board", BoardPage.of(Preset.of(asked), address, view, groups.view(address.unfiltered()).facets(), drawn));
        return "board";
    }

    /**
     * Ranks hold within one model measured in one way, so that an address which names none gets the model and suite with
     * the most rows.
     */
    private BoardAddress completed(BoardAddress address) {
        BoardQuery query = address.query();
        Set<Provenance> provenances = query.provenances().isEmpty() ? Set.of(Provenance.MEASURED) : query.provenances();
        BoardAddress wide = address.with(query.models(), query.suites(), provenances);
        if (address.everyModel() || !query.models().isEmpty() && !query.suites().isEmpty()) {
            return wide;
        }
        BoardView view = groups.view(wide.unfiltered());
        if (!provenances.equals(Set.of(Provenance.MEASURED))) {
            return query.models().isEmpty() ? address.with(largest(view), query.suites(), provenances) : wide;
        }
        return view.protocols().stream()
                .max(Comparator.comparingLong(ProtocolGroup::rows).thenComparing(ProtocolGroup::model, Comparator.reverseOrder()))
                .map(group -> address.with(Set.of(group.model()), Set.of(group.suite()), provenances))
                .orElse(wide);
    }

    private static Set<String> largest(BoardView view) {
        return view.facets().stream().filter(facet -> facet.name().equals("model")).flatMap(facet -> facet.values().stream())
                .filter(value -> value.count() > 0)
                .max(Comparator.comparingLong(BoardView.FacetValue::count).thenComparing(BoardView.FacetValue::value, Comparator.reverseOrder()))
                .map(value -> Set.of(value.value()))
                .orElse(Set.of());
    }
}
