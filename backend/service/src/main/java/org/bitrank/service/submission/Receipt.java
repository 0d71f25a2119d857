package org.bitrank.service.submission;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What came of a submission.
 *
 * @param submissionId the new one, or the earlier one that asked for the same; null when invalid
 * @param rowId the row that the same request made before, if it is finished
 */
public record Receipt(Outcome outcome, Long submissionId, Long rowId, List<FieldProblem> problems) {
    public enum Outcome {
        /** A new run waits. */
        QUEUED,
        /** The same request waits or runs already. */
        UNDER_WAY,
        /** The same request has its row. */
        KNOWN,
        /** Nothing was stored. */
        INVALID
    }

    /** What is wrong, by the field that it belongs to; several things with one field are one text. */
    public Map<String, String> problemsByField() {
        var byField = new LinkedHashMap<String, String>();
        problems.forEach(problem -> byField.merge(problem.field(), problem.message(), (one, two) -> one + "; " + two));
        return byField;
    }

    static Receipt invalid(List<FieldProblem> problems) {
        return new Receipt(Outcome.INVALID, null, null, List.copyOf(problems));
    }
}
