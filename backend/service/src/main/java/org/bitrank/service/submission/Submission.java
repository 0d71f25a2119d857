package org.bitrank.service.submission;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.SequenceGenerator;
import jakarta.persistence.Table;
import java.time.Instant;
import org.bitrank.service.run.RunKind;
import org.bitrank.service.run.RunView;

@Entity
@Table(name = "submission")
class Submission {
    @Id
    @GeneratedValue(strategy = GenerationType.SEQUENCE, generator = "submission_seq")
    @SequenceGenerator(name = "submission_seq", sequenceName = "submission_seq", allocationSize = 1)
    private Long id;

    @Enumerated(EnumType.STRING)
    private RunKind kind;

    private String model;
    private String title;

    @Column(length = 100_000)
    private String content;

    private String contentHash;
    private String origin;
    private Long runId;
    private Instant createdAt;

    protected Submission() {}

    Submission(RunKind kind, String model, String title, String content, String contentHash, String origin, Instant createdAt) {
        this.kind = kind;
        this.model = model;
        this.title = title;
        this.content = content;
        this.contentHash = contentHash;
        this.origin = origin;
        this.createdAt = createdAt;
    }

    long id() {
        return id;
    }

    Long runId() {
        return runId;
    }

    void queued(long run) {
        runId = run;
    }

    SubmissionView view(RunView run) {
        return new SubmissionView(id, kind.label(), model, title, content, origin, createdAt, run);
    }
}
