package org.bitrank.engine.checkpoint;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** An {@link IOException} in words that say who must do what. */
public final class StorageFailure {
    private StorageFailure() {}

    public static BitRankException reading(Path file, IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return BitRankException.badInput("there is no file " + file, failure);
        }
        if (failure instanceof AccessDeniedException) {
            return BitRankException.badInput(file + " may not be read; change its permissions", failure);
        }
        return new BitRankException(FailureClass.INFRASTRUCTURE, "cannot read " + file + ": " + failure.getMessage(), failure);
    }

    public static BitRankException writing(Path file, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        if (message.contains("No space left") || message.contains("quota exceeded")) {
            return new BitRankException(
                    FailureClass.INFRASTRUCTURE, "the disk is full while writing " + file + "; free some space and run it again", failure);
        }
        if (failure instanceof AccessDeniedException) {
            return BitRankException.badInput(file + " may not be written; change its permissions or choose another place", failure);
        }
        return new BitRankException(FailureClass.INFRASTRUCTURE, "cannot write " + file + ": " + message, failure);
    }
}
