package org.bitrank.engine.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process held at once, ever or since it was told to count anew. */
public final class PeakMemory {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Writing {@link #RESET} there makes the kernel count the peak anew, from what is resident now. */
    private static final Path CLEAR = Path.of("/proc/self/clear_refs");

    private static final String RESET = "5";

    private PeakMemory() {}

    /**
     * Counts anew from now on, without the garbage of what ran before: in a server that has measured a large model, a small one's
     * peak would else be the large one's. Where the system has no such thing (not Linux), the peak stays the process's.
     */
    public static void restart() {
        if (Files.isWritable(CLEAR)) {
            System.gc();
            try {
                Files.writeString(CLEAR, RESET);
            } catch (IOException refused) {
                // A system that shows the file and does not let us: the peak stays the process's.
            }
        }
    }

    /** Peak resident memory in bytes, as the kernel counts it; 0 where the system does not tell. */
    public static long bytes() {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("VmHWM:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException untold) {
            // Not Linux.
        }
        return 0;
    }
}
