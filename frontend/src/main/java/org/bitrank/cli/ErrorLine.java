package org.bitrank.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import org.bitrank.kernels.BitRankException;

/** The one line that a failure is told in. */
final class ErrorLine {
    private ErrorLine() {}

    static String of(Throwable failure) {
        return switch (failure) {
            case BitRankException known -> oneLine(known.getMessage());
            case Throwable other when outOfMemory(other) -> "out of memory; give the program more (JAVA_OPTS=-Xmx…) or use a smaller model";
            case picocli.CommandLine.ParameterException usage -> oneLine(usage.getMessage());
            case NoSuchFileException missing -> missing.getFile() + " does not exist; check the path";
            case AccessDeniedException denied -> denied.getFile() + " may not be read or written; check its permissions";
            case FileAlreadyExistsException exists -> exists.getFile() + " is there already; choose another or remove it";
            case IOException io -> oneLine(io.getMessage() == null ? io.toString() : io.getMessage());
            default -> "unexpected " + oneLine(failure.toString()) + " (run again with --verbose for the stack trace, and report it)";
        };
    }

    /** Also where threads that work for a command ran out of it. */
    static boolean outOfMemory(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    private static String oneLine(String message) {
        return message == null ? "no reason given" : message.strip().replaceAll("\\s*\\R\\s*", "; ");
    }
}
