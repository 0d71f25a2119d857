package org.bitrank.web;

import java.io.IOException;
import java.nio.file.Path;
import org.springframework.util.FileSystemUtils;

/** Removes the folder of something that was stopped. */
public final class Leftovers {
    private static final int TRIES = 20;
    private static final long PAUSE_MILLIS = 100;

    private Leftovers() {}

    /**
     * A browser's processes, and a run that was interrupted, may still write for a moment after they were told to stop: then walking the folder fails,
     * or it is not empty. What stays in the end lies in the system's folder of temporary files and says nothing about the test.
     */
    public static void delete(Path folder) {
        for (int i = 0; i < TRIES; i++) {
            try {
                FileSystemUtils.deleteRecursively(folder);
                return;
            } catch (IOException stillWritten) {
                try {
                    Thread.sleep(PAUSE_MILLIS);
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
    }
}
