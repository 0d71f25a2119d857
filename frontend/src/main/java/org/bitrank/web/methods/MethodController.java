package org.bitrank.web.methods;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.bitrank.engine.quantize.MethodRegistry;
import org.bitrank.service.leaderboard.BoardQuery;
import org.bitrank.service.leaderboard.BoardView;
import org.bitrank.service.leaderboard.BoardView.Facet;
import org.bitrank.service.leaderboard.BoardView.FacetValue;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.Provenance;
import org.bitrank.web.errors.MissingPage;
import org.bitrank.web.words.MethodNames;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

@Controller
class MethodController {
    private static final int MOST_ROWS = 12;

    /** What publications call a method, or a work that rests on it. */
    private static final Map<String, String> PUBLISHED_AS = Map.of("nf4", "normal-float", "icq", "ir-qlora");

    private final Leaderboard leaderboard;

    MethodController(Leaderboard leaderboard) {
        this.leaderboard = leaderboard;
    }

    @GetMapping("/methods")
    String methods(Model model) {
        model.addAttribute("families", MethodFamilyView.all());
        model.addAttribute("measured", rowsByMethod(Provenance.MEASURED));
        model.addAttribute("published", publishedByMethod());
        return "methods";
    }

    @GetMapping("/methods/{name}")
    String method(@PathVariable String name, Model model) {
        MethodView method = MethodRegistry.find(name).map(MethodView::of)
                .orElseThrow(() -> new MissingPage("There is no method '" + name + "'; the methods are " + String.join(", ", MethodRegistry.names()) + "."));
        // Among all methods, because ranks are those of the rows shown.
        BoardView all = leaderboard.view(new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(Provenance.MEASURED), null, "", "effective-bits", true, 0, BoardQuery.ALL));
        List<StandingLine> rows = all.rows().stream().filter(row -> row.result().method().equals(name)).limit(MOST_ROWS).map(StandingLine::of).toList();
        model.addAttribute("method", method);
        model.addAttribute("citation", Citation.pieces(method.source()));
        model.addAttribute("idea", MethodController.class.getResource("/templates/methods/" + method.name() + ".html") != null);
        model.addAttribute("rows", rows);
        model.addAttribute("published", publishedByMethod().getOrDefault(name, Published.none(name)));
        return "method";
    }

    /** @param method what the board's facet calls it; @param words whose rows they are, where that is another name */
    record Published(String method, long rows, String words) {
        static Published none(String method) {
            return new Published(method, 0, "");
        }
    }

    private Map<String, Published> publishedByMethod() {
        Map<String, Long> rows = rowsByMethod(Provenance.PUBLISHED);
        return MethodRegistry.names().stream().collect(Collectors.toMap(name -> name, name -> {
            String printed = rows.containsKey(name) ? name : PUBLISHED_AS.getOrDefault(name, name);
            return new Published(printed, rows.getOrDefault(printed, 0L), printed.equals(name) ? "" : " of " + MethodNames.of(printed));
        }));
    }

    private Map<String, Long> rowsByMethod(Provenance provenance) {
        BoardView view = leaderboard.view(new BoardQuery(
                Set.of(), Set.of(), Set.of(), Set.of(), Set.of(), Set.of(provenance), null, "", null, false, 0, 1));
        List<FacetValue> values = view.facets().stream().filter(facet -> facet.name().equals("method")).findFirst().map(Facet::values).orElse(List.of());
        return values.stream().collect(Collectors.toMap(FacetValue::value, FacetValue::count));
    }
}
