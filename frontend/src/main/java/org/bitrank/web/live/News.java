package org.bitrank.web.live;

import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.bitrank.service.leaderboard.Leaderboard;
import org.bitrank.service.run.ProgressFeed;
import org.bitrank.service.run.QueueView;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells every open page what changed, not how: {@code queue} for anything in the queue, {@code pulse} when its counts
 * changed, {@code board} when rows came or went. Pages fetch their own address again, so that what is pushed can't
 * differ from what is served.
 */
@Component
class News implements DisposableBean {
    private static final Duration LONGEST = Duration.ofHours(2);

    private final Leaderboard leaderboard;
    private final ProgressFeed.Subscription subscription;
    private final Set<SseEmitter> readers = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService teller = Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform().name("news").daemon().factory());
    private volatile Pulse pulse = new Pulse(0, 0);
    private String boardVersion;

    News(Leaderboard leaderboard, ProgressFeed feed) {
        this.leaderboard = leaderboard;
        this.boardVersion = leaderboard.version();
        this.subscription = feed.subscribe(this::changed);
        // A silent connection is closed by whatever stands between; a comment also finds readers who left.
        teller.scheduleWithFixedDelay(() -> tell(SseEmitter.event().comment("still here")), 15, 15, TimeUnit.SECONDS);
    }

    Pulse pulse() {
        return pulse;
    }

    SseEmitter reader() throws IOException {
        var reader = new SseEmitter(LONGEST.toMillis());
        reader.onCompletion(() -> readers.remove(reader));
        reader.onTimeout(reader::complete);
        reader.onError(_ -> readers.remove(reader));
        readers.add(reader);
        reader.send(SseEmitter.event().comment("welcome"));
        return reader;
    }

    private void changed(QueueView queue) {
        teller.execute(() -> {
            tell(SseEmitter.event().name("queue").data(""));
            var now = new Pulse(queue.running().size(), queue.waiting().size());
            if (!now.equals(pulse)) {
                pulse = now;
                tell(SseEmitter.event().name("pulse").data(now.words()));
            }
            String version = leaderboard.version();
            if (!version.equals(boardVersion)) {
                boardVersion = version;
                tell(SseEmitter.event().name("board").data(version));
            }
        });
    }

    private void tell(SseEmitter.SseEventBuilder event) {
        var parts = event.build();
        for (SseEmitter reader : readers) {
            try {
                reader.send(parts);
            } catch (IOException | IllegalStateException e) {
                readers.remove(reader);
            }
        }
    }

    @Override
    public void destroy() {
        subscription.close();
        teller.shutdownNow();
        readers.forEach(SseEmitter::complete);
    }
}
