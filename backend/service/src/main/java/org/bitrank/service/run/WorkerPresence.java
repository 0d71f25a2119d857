package org.bitrank.service.run;

import java.time.Duration;

/** How workers tell that they are there. */
final class WorkerPresence {
    /** A worker not heard of for so long is not shown. */
    static final Duration SILENCE = Duration.ofSeconds(30);

    private WorkerPresence() {}
}
