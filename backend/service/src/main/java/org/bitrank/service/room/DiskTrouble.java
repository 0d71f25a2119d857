package org.bitrank.service.room;

import java.sql.SQLException;
import org.bitrank.service.settings.EmbeddedDatabase;

/** Tells failures that come from a full or broken disk from others, whatever they are wrapped in. */
public final class DiskTrouble {
    private DiskTrouble() {}

    public static boolean isCauseOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && (EmbeddedDatabase.closedItself(sql) || lostItsConnection(sql)) || speaksOfIt(cause.getMessage())) {
                return true;
            }
        }
        return false;
    }

    /** A transaction that was under way when the database closed itself can't even be taken back. */
    private static boolean lostItsConnection(SQLException failure) {
        return "Connection is closed".equals(failure.getMessage()) && EmbeddedDatabase.closedLately();
    }

    /** For a line of a log that tells the message alone: the failure where it comes from the disk, so that {@link QuietLog} knows it, else null. */
    public static Throwable attached(Throwable failure) {
        return isCauseOf(failure) ? failure : null;
    }

    /** In the words of operating systems and of H2. */
    static boolean speaksOfIt(String message) {
        return message != null && (message.contains("No space left on device") || message.contains("Disk quota exceeded")
                || message.contains("not enough space on the disk") || message.contains("The database has been closed")
                || message.contains("ErrorCode: 90098"));
    }
}
