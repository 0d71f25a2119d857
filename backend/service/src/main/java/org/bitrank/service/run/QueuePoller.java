package org.bitrank.service.run;

import jakarta.annotation.PreDestroy;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.bitrank.service.room.DiskTrouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Reads the queue twice a second while somebody listens: workers may be other processes, so the table is the truth. */
@Component
class QueuePoller implements ProgressFeed {
    private static final Logger log = LoggerFactory.getLogger(QueuePoller.class);

    private final Queue queue;
    private final List<Consumer<QueueView>> listeners = new CopyOnWriteArrayList<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("queue-feed").daemon().factory());
    private QueueView last;

    QueuePoller(Queue queue) {
        this.queue = queue;
        thread.scheduleWithFixedDelay(this::poll, 500, 500, TimeUnit.MILLISECONDS);
    }

    @Override
    public Subscription subscribe(Consumer<QueueView> listener) {
        thread.execute(() -> {
            listeners.add(listener);
            last = null;
            poll();
        });
        return () -> listeners.remove(listener);
    }

    private void poll() {
        if (listeners.isEmpty()) {
            return;
        }
        try {
            QueueView now = queue.view();
            if (!now.equals(last)) {
                last = now;
                listeners.forEach(listener -> tell(listener, now));
            }
        } catch (RuntimeException e) {
            log.warn("the queue could not be read: {}", e.getMessage(), DiskTrouble.attached(e));
        }
    }

    private void tell(Consumer<QueueView> listener, QueueView view) {
        try {
            listener.accept(view);
        } catch (RuntimeException e) {
            listeners.remove(listener);
            log.debug("a listener left", e);
        }
    }

    @PreDestroy
    void close() {
        thread.shutdownNow();
    }
}
