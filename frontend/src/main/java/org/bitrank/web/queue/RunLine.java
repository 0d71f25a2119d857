package org.bitrank.web.queue;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Stream;
import org.bitrank.service.run.RunState;
import org.bitrank.service.run.RunView;
import org.bitrank.web.chart.ProgressBar;
import org.bitrank.web.words.Figures;
import org.bitrank.web.words.MethodNames;

/** A run as lists show it. */
public record RunLine(RunView run, String bar, String words) {
    public static RunLine of(RunView run) {
        return new RunLine(run, run.state() == RunState.RUNNING ? ProgressBar.draw(run.fraction()) : "", words(run));
    }

    static List<RunLine> of(List<RunView> runs) {
        return runs.stream().map(RunLine::of).toList();
    }

    /** {@code RTN 4-bit g64}. */
    public String title() {
        String title = run.title();
        return title.startsWith(run.method() + " ") ? MethodNames.of(run.method()) + title.substring(run.method().length()) : title;
    }

    public boolean cancellable() {
        return !run.state().over() && !run.cancelRequested();
    }

    private static String words(RunView run) {
        return switch (run.state()) {
            case RUNNING -> join(
                    run.cancelRequested() ? "stopping" : step(run),
                    Figures.percent(run.fraction(), 0) + " %",
                    "for " + Figures.duration(between(run.startedAt(), Instant.now())),
                    run.remaining() == null ? null : "about " + Figures.duration(run.remaining()) + " left",
                    run.attempt() > 1 ? "attempt " + run.attempt() : null,
                    run.worker() == null ? null : "on " + run.worker());
            case WAITING -> join(run.position() == null ? null : "place " + run.position(), run.reason(), "sent " + Figures.ago(run.createdAt()));
            case FINISHED -> join("finished " + Figures.ago(run.finishedAt()), "took " + Figures.duration(between(run.startedAt(), run.finishedAt())));
            case FAILED -> join("failed " + Figures.ago(run.finishedAt()), run.failure() == null ? null : run.failure().failureClass().name().toLowerCase(Locale.ROOT).replace('_', ' '));
            case CANCELLED -> "cancelled " + Figures.ago(run.finishedAt());
        };
    }

    private static String step(RunView run) {
        String step = run.step() == null ? "starting" : run.step();
        return run.stepTotal() > 1 ? step + ", " + Figures.grouped(run.stepDone()) + " of " + Figures.grouped(run.stepTotal()) : step;
    }

    private static Duration between(Instant from, Instant to) {
        return from == null || to == null ? Duration.ZERO : Duration.between(from, to);
    }

    private static String join(String... parts) {
        return String.join(" · ", Stream.of(parts).filter(Objects::nonNull).toList());
    }
}
