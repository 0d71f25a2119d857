package org.bitrank.service.submission;

import java.util.List;
import org.bitrank.service.run.RunRequest;

/**
 * A checked submission, ready to be queued; or its problems.
 *
 * @param content what was asked for, in one spelling
 * @param hash the same request has the same
 */
record Order(RunRequest request, String content, String hash, List<FieldProblem> problems) {
    static Order of(RunRequest request, String content, String hash) {
        return new Order(request, content, hash, List.of());
    }

    static Order refused(List<FieldProblem> problems) {
        return new Order(null, null, null, List.copyOf(problems));
    }

    boolean valid() {
        return problems.isEmpty();
    }
}
