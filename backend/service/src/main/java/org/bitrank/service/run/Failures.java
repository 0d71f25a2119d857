package org.bitrank.service.run;

import java.io.IOException;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** What a thrown thing means for the run's failure class. */
final class Failures {
    private Failures() {}

    static FailureClass classOf(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case BitRankException known -> {
                    return known.failureClass();
                }
                case OutOfMemoryError _ -> {
                    return FailureClass.OUT_OF_MEMORY;
                }
                case IOException _ -> {
                    return FailureClass.INFRASTRUCTURE;
                }
                default -> {}
            }
        }
        return FailureClass.UNEXPECTED;
    }

    /** One line. */
    static String message(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BitRankException) {
                return cause.getMessage();
            }
            if (cause instanceof OutOfMemoryError) {
                return "the worker ran out of memory: " + cause.getMessage();
            }
            if (cause instanceof IOException) {
                return "reading or writing failed: " + cause.getMessage();
            }
        }
        return failure.getClass().getSimpleName() + ": " + failure.getMessage();
    }
}
