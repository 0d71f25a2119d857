package org.bitrank.service.room;

import java.io.File;
import java.util.Locale;
import java.util.Optional;
import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.FailureClass;
import org.bitrank.service.settings.ServiceSettings;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import org.springframework.util.unit.DataSize;

/** The disk under the home. Nothing new is begun on one that is nearly full, so that what is there can still be kept and served. */
@Component
public class Room {
    private final File home;
    private volatile long least;

    /** @param least what stays free: {@code bitrank.least-room} */
    Room(ServiceSettings settings, @Value("${bitrank.least-room:64MB}") DataSize least) {
        home = settings.home().toAbsolutePath().toFile();
        this.least = least.toBytes();
    }

    /** What is wrong and who must act, or empty while there is room. */
    public Optional<String> trouble() {
        // A folder that is not made yet has no disk to ask about.
        if (!home.exists() || home.getUsableSpace() >= least) {
            return Optional.empty();
        }
        return Optional.of("no room under %s: %s are free, and %s stay free for what is kept already; the operator must make room".formatted(
                home, megabytes(home.getUsableSpace()), megabytes(least)));
    }

    /** Throws INFRASTRUCTURE where there is {@linkplain #trouble() no room}. */
    public void require() {
        trouble().ifPresent(message -> {
            throw new BitRankException(FailureClass.INFRASTRUCTURE, message);
        });
    }

    /** From now on. */
    void keepFree(long bytes) {
        least = bytes;
    }

    String state() {
        return home + " (" + megabytes(home.getUsableSpace()) + " free)";
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", bytes >> 20);
    }
}
