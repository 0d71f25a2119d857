package org.bitrank.web.analyses;

import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.bitrank.engine.statistics.AnalysisOfVariance.SumsOfSquares;
import org.bitrank.service.analysis.Analyses;
import org.bitrank.service.analysis.FactorStudy;
import org.bitrank.service.analysis.ScalingView;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.result.ResultRow;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@Tag(name = "analyses")
class AnalysisApi {
    private final Analyses analyses;
    private final Leaderboard leaderboard;

    AnalysisApi(Analyses analyses, Leaderboard leaderboard) {
        this.analyses = analyses;
        this.leaderboard = leaderboard;
    }

    @GetMapping("/api/v1/analyses/factors")
    @Operation(
            summary = "Analysis of variance over rows measured in one way, with Tukey's comparisons of the levels",
            description = "rows is measured/SUITE or published/STUDY, model one of its models or all, score task.metric; factor (method, bits, group-size, model, activation-bits) may be repeated. Sums of squares of type II.")
    FactorStudy factors(
            @RequestParam(defaultValue = "") String rows,
            @RequestParam(defaultValue = RowSet.ALL) String model,
            @RequestParam(defaultValue = "") String score,
            @RequestParam(defaultValue = "") List<String> factor,
            @RequestParam(defaultValue = "false") boolean interactions) {
        RowSet set = RowSet.exactly(leaderboard, rows, model, score);
        return analyses.factors(
                set.alike().stream().map(ResultRow::id).toList(), set.score() == null ? "" : set.score(), AnalysisController.factors(factor), interactions, SumsOfSquares.TYPE_II);
    }

    @GetMapping("/api/v1/analyses/scaling")
    @Operation(summary = "Quality against size, with a power law for each family of rows", description = "size is bits (of all weights) or parameters; the rest as for factors.")
    ScalingView scaling(
            @RequestParam(defaultValue = "") String rows,
            @RequestParam(defaultValue = RowSet.ALL) String model,
            @RequestParam(defaultValue = "") String score,
            @RequestParam(defaultValue = "bits") String size) {
        RowSet set = RowSet.exactly(leaderboard, rows, model, score);
        return analyses.scaling(set.rows().stream().map(ResultRow::id).toList(), set.score() == null ? "" : set.score(), AnalysisController.size(size));
    }
}
