package org.bitrank.service.run;

import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bitrank.kernels.DeviceInfo;
import org.bitrank.service.room.DiskTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Writes every few seconds that this worker is there, for the queue's page. */
@Component
@ConditionalOnBooleanProperty(value = "bitrank.worker-enabled", matchIfMissing = true)
class WorkerPresence {
    /** A worker not heard of for so long is not shown. */
    static final Duration SILENCE = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(WorkerPresence.class);
    private static final long PERIOD_SECONDS = 5;

    private final WorkerRepository workers;
    private final RunExecutor executor;
    private final WorkerName name;
    private final Instant startedAt = Instant.now().truncatedTo(ChronoUnit.MICROS);
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("worker-presence").daemon().factory());

    WorkerPresence(WorkerRepository workers, RunExecutor executor, WorkerName name) {
        this.workers = workers;
        this.executor = executor;
        this.name = name;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        thread.scheduleWithFixedDelay(this::tell, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    private void tell() {
        try {
            DeviceInfo device = executor.device();
            workers.save(new WorkerEntry(
                    name.text(), device.backend(), device.name() + ", " + device.units() + " units, " + device.features(),
                    startedAt, Instant.now().truncatedTo(ChronoUnit.MICROS)));
        } catch (RuntimeException e) {
            log.warn("this worker could not say that it is there: {}", e.getMessage(), DiskTrouble.attached(e));
        }
    }

    @PreDestroy
    void stop() {
        thread.shutdownNow();
        try {
            workers.deleteById(name.text());
        } catch (RuntimeException e) {
            // It will be missed soon enough.
        }
    }
}
