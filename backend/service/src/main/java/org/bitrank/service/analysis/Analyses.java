package org.bitrank.service.analysis;

import java.util.Collection;
import java.util.Set;
import org.bitrank.engine.statistics.AnalysisOfVariance.SumsOfSquares;

/** Questions to many rows at once. Rows are named by their ids, so that any view of the board or a study can be asked. */
public interface Analyses {
    /** Analysis of variance with Tukey's comparisons; see {@link FactorStudy}. Repeats of a row with other seeds go in too. */
    FactorStudy factors(Collection<Long> rows, String score, Set<RowFactor> factors, boolean interactions, SumsOfSquares squares);

    /** Quality against size; see {@link ScalingView}. */
    ScalingView scaling(Collection<Long> rows, String score, ScalingView.Size size);
}
