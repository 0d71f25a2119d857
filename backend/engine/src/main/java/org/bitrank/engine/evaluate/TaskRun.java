package org.bitrank.engine.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.bitrank.engine.Progress;
import org.bitrank.engine.tasks.ItemScores;
import org.bitrank.engine.tasks.PreparedTask;
import org.bitrank.engine.tasks.Response;

/** One task to be done by one model, and by its base. */
record TaskRun(PreparedTask task, Workload workload, Protocol protocol) {
    /** What results of this task depend on, besides the weights. */
    String identity() {
        return protocol.hash() + " " + workload.fingerprint();
    }

    /**
     * Does all steps that {@code log} does not have yet.
     *
     * @param runner asked for only when there is something left to do
     */
    StepResults run(Path logFile, String identity, boolean resume, Supplier<StepRunner> runner, HiddenStates states,
            String title, Progress progress) {
        List<Workload.Step> steps = workload.steps();
        try (RunLog<StepResult> log = RunLog.open(logFile, identity, StepResult.class, resume)) {
            int done = 0;
            for (Workload.Step step : steps.subList(0, log.entries().size())) {
                done += step.finished();
            }
            for (int i = log.entries().size(); i < steps.size(); i++) {
                progress.checkCancelled();
                progress.report(title, done, workload.size());
                log.append(runner.get().run(steps.get(i), states));
                done += steps.get(i).finished();
            }
            progress.report(title, done, workload.size());
            return StepResults.of(workload, log.entries());
        }
    }

    List<ItemReport> items(StepResults results) {
        int count = task.items().size();
        var responses = new ArrayList<List<Response>>(count);
        var scores = new ArrayList<List<ItemScores>>(count);
        for (int i = 0; i < count; i++) {
            responses.add(workload.responses(i, results));
            scores.add(task.score(task.items().get(i), responses.get(i)));
        }
        List<ItemScores> settled = task.settled(scores.stream().flatMap(List::stream).toList());
        var items = new ArrayList<ItemReport>(count);
        int first = 0;
        for (int i = 0; i < count; i++) {
            int last = first + scores.get(i).size();
            items.add(new ItemReport(task.items().get(i), responses.get(i), settled.subList(first, last), workload.divergences(i, results)));
            first = last;
        }
        return items;
    }

    static List<ItemScores> scores(List<ItemReport> items) {
        var scores = new ArrayList<ItemScores>();
        for (ItemReport item : items) {
            scores.addAll(item.scores());
        }
        return scores;
    }
}
