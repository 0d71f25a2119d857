package org.bitrank.web.compare;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bitrank.service.comparison.Comparisons;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.Provenance;
import org.bitrank.service.result.ResultRow;
import org.bitrank.service.result.Rows;
import org.bitrank.web.errors.MissingPage;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class CompareController {
    private final Comparisons comparisons;
    private final Rows rows;
    private final Leaderboard leaderboard;

    CompareController(Comparisons comparisons, Rows rows, Leaderboard leaderboard) {
        this.comparisons = comparisons;
        this.rows = rows;
        this.leaderboard = leaderboard;
    }

    @GetMapping("/compare")
    String compare(@RequestParam(name = "row", defaultValue = "") List<Long> asked, Model model) {
        Set<Long> ids = new LinkedHashSet<>(asked);
        List<ResultRow> chosen = new ArrayList<>();
        for (Long id : ids) {
            chosen.add(rows.row(id).orElseThrow(() -> new MissingPage("There is no row " + id + ".")));
        }
        // The base is what the others are taken from, wherever it was ticked.
        chosen.sort((one, other) -> Boolean.compare(other.unquantized(), one.unquantized()));
        String problem = problem(chosen);
        ResultRow like = chosen.isEmpty() ? null : chosen.getFirst();
        List<RowChoice.Group> choices = chosen.size() >= Comparisons.MOST_ROWS ? List.of() : RowChoice.of(leaderboard, like, ids);
        model.addAttribute("page", problem != null || chosen.size() < 2
                ? ComparePage.asking(problem, chosen, choices)
                : ComparePage.of(chosen, comparisons.compare(chosen.stream().map(ResultRow::id).toList()), choices));
        return "compare";
    }

    private static String problem(List<ResultRow> chosen) {
        if (chosen.size() > Comparisons.MOST_ROWS) {
            return "%d rows are too many for one page: the most is %d. Leave some out below.".formatted(chosen.size(), Comparisons.MOST_ROWS);
        }
        for (ResultRow row : chosen) {
            if (row.provenance() == Provenance.PUBLISHED) {
                return "'%s' is copied from a publication: its answers to single items are not known, so that nothing can be compared item by item. Leave it out.".formatted(row.label());
            }
        }
        return null;
    }
}
