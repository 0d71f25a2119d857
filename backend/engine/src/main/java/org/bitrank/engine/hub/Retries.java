package org.bitrank.engine.hub;

import java.time.Duration;
import org.bitrank.engine.Progress;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the tries in a row that brought nothing, and waits longer after each. */
final class Retries {
    private static final Logger log = LoggerFactory.getLogger(Retries.class);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(5);
    private static final long LOOK_MILLIS = 100;

    private final int attempts;
    private final Duration pause;
    private int failures;

    Retries(int attempts, Duration pause) {
        this.attempts = attempts;
        this.pause = pause;
    }

    /** Something came, so that the next failure is the first again. */
    void succeeded() {
        failures = 0;
    }

    /**
     * Waits before the next try; throws {@link HubUnreachable} when that was the last one.
     *
     * @param reason a clause such as {@code "https://… cannot be reached (connection refused)"}
     * @param asked how long the hub asked to wait, or null
     */
    void failed(String reason, Duration asked, Throwable cause, Progress progress) {
        failures++;
        if (asked != null && asked.compareTo(LONGEST_WAIT) > 0) {
            throw new BitRankException(FailureClass.INFRASTRUCTURE, "%s and asks to wait %d minutes; run it again then, or set HF_TOKEN for a higher limit"
                    .formatted(reason, asked.toMinutes() + 1), new HubUnreachable(reason, cause));
        }
        if (failures >= attempts) {
            throw new HubUnreachable(reason, cause);
        }
        Duration backOff = pause.multipliedBy(1L << Math.min(20, failures - 1));
        Duration wait = asked != null ? asked : backOff.compareTo(LONGEST_PAUSE) < 0 ? backOff : LONGEST_PAUSE;
        log.debug("{}; next try in {}", reason, wait);
        sleep(wait, progress);
    }

    private static void sleep(Duration wait, Progress progress) {
        long end = System.nanoTime() + wait.toNanos();
        try {
            for (long left = wait.toMillis(); left > 0; left = (end - System.nanoTime()) / 1_000_000) {
                progress.checkCancelled();
                Thread.sleep(Math.min(left, LOOK_MILLIS));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BitRankException(FailureClass.CANCELLED, "cancelled", interrupted);
        }
    }
}
