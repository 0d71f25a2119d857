package org.bitrank.service.settings;

import com.zaxxer.hikari.SQLExceptionOverride;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.h2.api.ErrorCode;

/**
 * What the pool must know of H2: after a write that failed, for want of room most of the time, it closes the database, and a connection
 * made before never works again. Thrown away, the next one opens the file anew, as the last commit left it.
 */
public final class EmbeddedDatabase implements SQLExceptionOverride {
    private static final Set<Integer> CLOSED = Set.of(
            ErrorCode.DATABASE_IS_CLOSED, ErrorCode.DATABASE_CALLED_AT_SHUTDOWN, ErrorCode.IO_EXCEPTION_1, ErrorCode.IO_EXCEPTION_2);

    private static final Duration ALL_NOTICED = Duration.ofSeconds(30);

    private static volatile Instant closedAt = Instant.EPOCH;

    /** Whether a database of this process closed itself so lately that those who used it may only now find their connection gone. */
    public static boolean closedLately() {
        return Instant.now().isBefore(closedAt.plus(ALL_NOTICED));
    }

    /** Whether the database has closed itself, or is about to. */
    public static boolean closedItself(SQLException failure) {
        return CLOSED.contains(failure.getErrorCode())
                || failure.getErrorCode() == ErrorCode.GENERAL_ERROR_1 && String.valueOf(failure.getMessage()).contains("MVStoreException");
    }

    @java.lang.Override
    public Override adjudicate(SQLException failure) {
        if (!closedItself(failure)) {
            return Override.CONTINUE_EVICT;
        }
        closedAt = Instant.now();
        return Override.MUST_EVICT;
    }
}
