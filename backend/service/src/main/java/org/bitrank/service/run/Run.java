package org.bitrank.service.run;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.bitrank.kernels.FailureClass;

@Entity
@Table(name = "run")
class Run {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "run_seq")
    @SequenceGenerator(name = "run_seq", sequenceName = "run_seq", allocationSize = 1)
    private Long id;

    private long submissionId;

    @Enumerated(EnumType.STRING)
    private RunKind kind;

    private String model;
    private String method;
    private String title;

    @Column(length = 100_000)
    private String request;

    private String requestHash;
    private short priority;

    @Enumerated(EnumType.STRING)
    private RunState state;

    private String step;
    private long stepDone;
    private long stepTotal;
    private double fraction;
    private int attempts;
    private String worker;
    private Instant createdAt;
    private Instant startedAt;
    private Instant updatedAt;
    private Instant finishedAt;
    private boolean cancelRequested;

    @Enumerated(EnumType.STRING)
    private FailureClass failureClass;

    @Column(length = 4_000)
    private String failureMessage;

    private Long rowId;

    @Column(length = 100_000)
    private String logTail;

    protected Run() {}

    Run(RunRequest asked, String request, String requestHash, long submissionId, int priority, Instant now) {
        this.submissionId = submissionId;
        kind = asked.kind();
        model = asked.model();
        method = asked.method();
        title = asked.title();
        this.request = request;
        this.requestHash = requestHash;
        this.priority = (short) priority;
        state = RunState.WAITING;
        createdAt = now;
        updatedAt = now;
        logTail = "";
    }

    long id() {
        return id;
    }

    RunState state() {
        return state;
    }

    String request() {
        return request;
    }

    String requestHash() {
        return requestHash;
    }

    int attempts() {
        return attempts;
    }

    Instant createdAt() {
        return createdAt;
    }

    double fraction() {
        return fraction;
    }

    String logTail() {
        return logTail;
    }

    boolean cancelRequested() {
        return cancelRequested;
    }

    /**
     * @param position place in the queue, or null unless waiting
     * @param obstacle why nothing at all is started now, or null
     */
    RunView view(Integer position, Instant now, String obstacle) {
        Failure failure = failureClass == null ? null : Failure.of(failureClass, failureMessage);
        String reason = position == null ? null : obstacle == null ? reason(position) : obstacle;
        return new RunView(
                id, submissionId, kind, model, method, title, state, step, stepDone, stepTotal, fraction, position,
                reason, attempts, worker, createdAt, startedAt, finishedAt, remaining(now), cancelRequested, failure,
                rowId, logTail.isEmpty() ? List.of() : List.of(logTail.split("\n")));
    }

    private String reason(int position) {
        if (position == 1) {
            return "starts when a worker is free";
        }
        return priority == 0 ? "first come, first served" : "priority " + priority + ", then first come, first served";
    }

    /** From the pace so far; nothing before a fiftieth is done. */
    private Duration remaining(Instant now) {
        if (state != RunState.RUNNING || startedAt == null || fraction < 0.02) {
            return null;
        }
        double seconds = Duration.between(startedAt, now).toMillis() / 1000.0;
        return Duration.ofSeconds(Math.round(seconds * (1 - fraction) / fraction));
    }
}
