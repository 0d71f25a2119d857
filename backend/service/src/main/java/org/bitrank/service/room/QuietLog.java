package org.bitrank.service.room;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.bitrank.service.settings.EmbeddedDatabase;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * A full disk makes everything fail that touches the database, many times a second, each with a long trace, which would fill
 * the log's own disk next. In their place stands one line a minute that says what is wrong and who must act.
 */
@Component
class QuietLog extends TurboFilter {
    private static final org.slf4j.Logger log = LoggerFactory.getLogger(QuietLog.class);
    private static final long PERIOD = Duration.ofMinutes(1).toNanos();
    private static final Marker OURS = MarkerFactory.getMarker("disk-trouble");

    private final Room room;
    private final LongSupplier clock;
    /** When the next line may be written. */
    private final AtomicLong next;

    @Autowired
    QuietLog(Room room) {
        this(room, System::nanoTime);
    }

    QuietLog(Room room, LongSupplier clock) {
        this.room = room;
        this.clock = clock;
        next = new AtomicLong(clock.getAsLong());
    }

    @PostConstruct
    void install() {
        // A thread that dies of a failure prints its trace past every log.
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> log.error("the thread {} ended", thread.getName(), failure));
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            start();
            context.addTurboFilter(this);
        }
    }

    @PreDestroy
    void remove() {
        Thread.setDefaultUncaughtExceptionHandler(null);
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
            context.getTurboFilterList().remove(this);
        }
    }

    @Override
    public FilterReply decide(Marker marker, Logger logger, Level level, String format, Object[] values, Throwable failure) {
        if (marker == OURS || !level.isGreaterOrEqual(Level.WARN) || !isTrouble(logger.getName(), format, values, failure)) {
            return FilterReply.NEUTRAL;
        }
        long now = clock.getAsLong();
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + PERIOD)) {
            log.error(OURS, "the disk under {} is full or failing: nothing can be stored, and visitors are told so. The operator must make room; "
                    + "the server then goes on by itself (this line comes once a minute)", room.state());
        }
        return FilterReply.DENY;
    }

    private static boolean isTrouble(String logger, String format, Object[] values, Throwable failure) {
        // Hibernate has words of its own for what it could not end, without the failure.
        boolean afterwards = logger.startsWith("org.hibernate.") && EmbeddedDatabase.closedLately();
        if (afterwards || DiskTrouble.isCauseOf(failure) || DiskTrouble.speaksOfIt(format)) {
            return true;
        }
        if (values != null) {
            for (Object value : values) {
                if (value instanceof String text && DiskTrouble.speaksOfIt(text) || value instanceof Throwable thrown && DiskTrouble.isCauseOf(thrown)) {
                    return true;
                }
            }
        }
        return false;
    }
}
