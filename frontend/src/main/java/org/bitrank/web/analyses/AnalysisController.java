package org.bitrank.web.analyses;

import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bitrank.engine.statistics.AnalysisOfVariance.SumsOfSquares;
import org.bitrank.service.analysis.Analyses;
import org.bitrank.service.analysis.RowFactor;
import org.bitrank.service.analysis.ScalingView.Size;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.ResultRow;
import org.bitrank.web.errors.InvalidFields;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

@Controller
class AnalysisController {
    private final Analyses analyses;
    private final Leaderboard leaderboard;

    AnalysisController(Analyses analyses, Leaderboard leaderboard) {
        this.analyses = analyses;
        this.leaderboard = leaderboard;
    }

    @GetMapping("/studies/factors")
    String factors(
            @RequestParam(defaultValue = "") String rows,
            @RequestParam(defaultValue = RowSet.ALL) String model,
            @RequestParam(defaultValue = "") String score,
            @RequestParam(defaultValue = "") List<String> factor,
            @RequestParam(defaultValue = "false") boolean interactions,
            Model page) {
        RowSet set = RowSet.of(leaderboard, rows, model, score);
        Set<RowFactor> asked = factors(factor);
        List<ResultRow> alike = set.alike();
        page.addAttribute("page", FactorsPage.of(
                set, asked, interactions,
                analyses.factors(alike.stream().map(ResultRow::id).toList(), set.score() == null ? "" : set.score(), asked, interactions, SumsOfSquares.TYPE_II),
                alike.isEmpty() ? null : alike.getFirst().protocolLine()));
        return "factors";
    }

    @GetMapping("/studies/scaling")
    String scaling(
            @RequestParam(defaultValue = "") String rows,
            @RequestParam(defaultValue = RowSet.ALL) String model,
            @RequestParam(defaultValue = "") String score,
            @RequestParam(defaultValue = "bits") String size,
            Model page) {
        RowSet set = RowSet.of(leaderboard, rows, model, score);
        page.addAttribute("page", ScalingPage.of(
                set, analyses.scaling(set.rows().stream().map(ResultRow::id).toList(), set.score() == null ? "" : set.score(), size(size))));
        return "scaling";
    }

    static Size size(String size) {
        return switch (size) {
            case "bits" -> Size.TOTAL_BITS;
            case "parameters" -> Size.PARAMETERS;
            default -> throw new InvalidFields(Map.of("size", "'" + size + "' is neither bits nor parameters"));
        };
    }

    /** None named: all but the activations' bits, which few rows have. */
    static Set<RowFactor> factors(List<String> names) {
        var factors = EnumSet.noneOf(RowFactor.class);
        for (String name : names) {
            factors.add(List.of(RowFactor.values()).stream().filter(factor -> FactorsPage.value(factor).equals(name)).findFirst().orElseThrow(() -> new InvalidFields(Map.of(
                    "factor", "'" + name + "' is none of " + String.join(", ", List.of(RowFactor.values()).stream().map(FactorsPage::value).toList())))));
        }
        return factors.isEmpty() ? EnumSet.complementOf(EnumSet.of(RowFactor.ACTIVATION_BITS)) : factors;
    }
}
