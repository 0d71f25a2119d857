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

    /** The runtime gives memory of a heap that shrank back in the background, a tenth of a second later; below this it does not matter. */
    private static final long WORTH_WAITING_FOR = 64L << 20;

    private static final int GIVEN_BACK_WITHIN_MS = 250;

    private PeakMemory() {}

    /**
     * Counts anew from now on, without the garbage of what ran before: in a server that has measured a large model, a small one's
     * peak would else be the large one's. Where the system has no such thing (not Linux), the peak stays the process's.
     */
    public static void restart() {
        if (Files.isWritable(CLEAR)) {
            collect();
            try {
                Files.writeString(CLEAR, RESET);
            } catch (IOException refused) {
                // A system that shows the file and does not let us: the peak stays the process's.
            }
        }
    }

    /** Collects garbage, and waits a moment for what a much smaller heap gives back to the system. */
    private static void collect() {
        Runtime runtime = Runtime.getRuntime();
        long committed = runtime.totalMemory();
        long resident = status("VmRSS:");
        System.gc();
        long shrunk = committed - runtime.totalMemory();
        if (shrunk < WORTH_WAITING_FOR) {
            return;
        }
        long until = System.nanoTime() + GIVEN_BACK_WITHIN_MS * 1_000_000L;
        while (resident - status("VmRSS:") < shrunk && System.nanoTime() < until) {
            try {
                Thread.sleep(10);
            } catch (InterruptedException cancelled) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Peak resident memory in bytes, as the kernel counts it; 0 where the system does not tell. */
    public static long bytes() {
        return status("VmHWM:");
    }

    private static long status(String field) {
        try {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith(field)) {
                    return Long.parseLong(line.replaceAll("\\D", "")) << 10;
                }
            }
        } catch (IOException | NumberFormatException untold) {
            // Not Linux.
        }
        return 0;
    }
}
