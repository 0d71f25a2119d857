package org.bitrank.engine.measure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process ever held at once. */
public final class PeakMemory {
    private PeakMemory() {}

    /** Peak resident memory in bytes, as the kernel counts it; 0 where the system does not tell. */
    public static long bytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
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
