package org.bitrank.service.run;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.bitrank.service.run.QueueView.WorkerView;

@Entity
@Table(name = "worker")
class WorkerEntry {
    @Id
    private String name;

    private String device;
    private String backend;
    private Instant startedAt;
    private Instant seenAt;

    protected WorkerEntry() {}

    WorkerEntry(String name, String backend, String device, Instant startedAt, Instant seenAt) {
        this.name = name;
        this.backend = backend;
        this.device = device;
        this.startedAt = startedAt;
        this.seenAt = seenAt;
    }

    WorkerView view() {
        return new WorkerView(name, backend, device, startedAt, seenAt);
    }
}
