package org.bitrank.engine.hub;

import java.io.IOException;
import java.nio.file.Path;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;

/** A failure of the disk that the cache is on, as opposed to one of the network. */
final class CacheFailure {
    private CacheFailure() {}

    static BitRankException of(Path place, IOException failure) {
        String message = String.valueOf(failure.getMessage());
        boolean full = message.contains("No space left") || message.contains("quota exceeded");
        return new BitRankException(
                FailureClass.INFRASTRUCTURE,
                full
                        ? "the disk is full at " + place + " of the hub cache; free some space, or set HF_HUB_CACHE to a larger disk, and run it again"
                        : "the hub cache cannot be used at " + place + " (" + message + "); change its permissions, or set HF_HUB_CACHE to another folder",
                failure);
    }
}
