package org.bitrank.engine.tasks;

import java.util.List;
import java.util.Map;
import org.bitrank.engine.statistics.PythonRandom;
import org.bitrank.kernels.BitRankException;

/** Chooses the examples in front of a question. Documents must come in order, as the generator's state runs on. */
final class FewshotSampler {
    private final List<Map<String, Object>> pool;
    private final boolean firstN;
    private final PythonRandom random;
    private final String task;

    FewshotSampler(List<Map<String, Object>> pool, boolean firstN, long seed, String task) {
        this.pool = pool;
        this.firstN = firstN;
        this.task = task;
        random = new PythonRandom(seed);
    }

    /** @param evaluated the document that must not be its own example, or null where examples come from another split */
    List<Map<String, Object>> examples(int count, Map<String, Object> evaluated) {
        if (count == 0) {
            return List.of();
        }
        return firstN ? first(count, evaluated) : drawn(count, evaluated);
    }

    private List<Map<String, Object>> first(int count, Map<String, Object> evaluated) {
        List<Map<String, Object>> others = evaluated == null ? pool : without(pool, evaluated);
        checkSize(count, others.size());
        return others.subList(0, count);
    }

    private List<Map<String, Object>> drawn(int count, Map<String, Object> evaluated) {
        if (evaluated == null) {
            checkSize(count, pool.size());
            return random.sample(pool, count);
        }
        checkSize(count + 1, pool.size());
        List<Map<String, Object>> others = without(random.sample(pool, count + 1), evaluated);
        if (others.size() < count) {
            // More than one copy of the document was drawn.
            List<Map<String, Object>> rest = without(pool, evaluated);
            checkSize(count, rest.size());
            return random.sample(rest, count);
        }
        return others.subList(0, count);
    }

    private static List<Map<String, Object>> without(List<Map<String, Object>> documents, Map<String, Object> evaluated) {
        return documents.stream().filter(document -> !document.equals(evaluated)).toList();
    }

    private void checkSize(int wanted, int there) {
        if (wanted > there) {
            throw BitRankException.badInput("%s: %d examples are wanted, but the split they come from has only %d; use a smaller --num-fewshot"
                    .formatted(task, wanted, there));
        }
    }
}
