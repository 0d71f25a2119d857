package org.bitrank.service.room;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.bitrank.service.settings.ServiceSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import org.springframework.util.unit.DataSize;

class QuietLogTest {
    private static final Throwable FULL = new IllegalStateException("cannot commit", new IOException("No space left on device"));

    @Test
    void whatAFullDiskBreaksIsToldInOneLineAMinute(@TempDir Path home) {
        var clock = new AtomicLong();
        var log = new QuietLog(new Room(ServiceSettings.of(home, false, null), DataSize.ofMegabytes(1)), clock::get);
        var told = new ListAppender<ILoggingEvent>();
        told.start();
        var own = (Logger) LoggerFactory.getLogger(QuietLog.class);
        own.addAppender(told);
        try {
            for (int i = 0; i < 100; i++) {
                assertThat(decide(log, Level.ERROR, "it failed", FULL)).isEqualTo(FilterReply.DENY);
                assertThat(decide(log, Level.WARN, "HHH000247: ErrorCode: 90098, SQLState: 90098", null)).isEqualTo(FilterReply.DENY);
            }
            assertThat(told.list).singleElement().satisfies(line -> assertThat(line.getFormattedMessage()).contains(home.toString()).contains("The operator must make room"));
            clock.addAndGet(Duration.ofSeconds(61).toNanos());
            decide(log, Level.ERROR, "it failed", FULL);
            assertThat(told.list).hasSize(2);
        } finally {
            own.detachAppender(told);
        }
    }

    @Test
    void otherFailuresAreLoggedAsEver(@TempDir Path home) {
        var log = new QuietLog(new Room(ServiceSettings.of(home, false, null), DataSize.ofMegabytes(1)));
        assertThat(decide(log, Level.ERROR, "it failed", new IOException("connection reset"))).isEqualTo(FilterReply.NEUTRAL);
        assertThat(decide(log, Level.INFO, "run 1 starts", null)).isEqualTo(FilterReply.NEUTRAL);
    }

    private static FilterReply decide(QuietLog log, Level level, String message, Throwable failure) {
        return log.decide(null, (Logger) LoggerFactory.getLogger("org.bitrank.somebody"), level, message, null, failure);
    }
}
