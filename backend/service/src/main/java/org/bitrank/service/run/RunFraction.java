package org.bitrank.service.run;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much of a run is done. Only steps whose work is known beforehand move it, each by its share of the work; what an earlier
 * attempt or another run has done already is no work. It never goes back.
 */
final class RunFraction {
    private static final class Step {
        private double work;
        private double done;
    }

    private final Map<String, Step> steps = new LinkedHashMap<>();
    private final Map<String, Long> found = new HashMap<>();
    private double start;
    private double end = 1;
    private double value;

    double value() {
        return value;
    }

    /** The steps expected from now on lead from here to {@code until}. */
    void stage(double until) {
        steps.clear();
        found.clear();
        start = value;
        end = Math.max(value, until);
    }

    /** @param work in any unit that the steps of a stage share */
    void expect(String name, double work) {
        steps.computeIfAbsent(name, key -> new Step()).work = work;
    }

    void report(String name, long done, long total) {
        Step step = steps.get(name);
        if (step == null || total <= 0) {
            return;
        }
        Long before = found.get(name);
        if (before == null) {
            // What is there at the first report was not done by this run.
            before = Math.min(done, total);
            found.put(name, before);
            step.work *= (double) (total - before) / total;
        }
        step.done = total == before ? 0 : step.work * Math.clamp((double) (done - before) / (total - before), 0, 1);
        double work = 0;
        double finished = 0;
        for (Step one : steps.values()) {
            work += one.work;
            finished += one.done;
        }
        if (work > 0) {
            value = Math.max(value, start + (end - start) * finished / work);
        }
    }
}
