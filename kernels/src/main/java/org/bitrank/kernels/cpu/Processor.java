package org.bitrank.kernels.cpu;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bitrank.kernels.BitRankException;

/** What Linux says about this machine's processor. */
final class Processor {
    private static final List<String> INSTRUCTION_SETS = List.of("avx2", "avx512f", "avx512_bf16", "amx_bf16");

    private Processor() {}

    static String name() {
        return cpuInfo("model name").orElse(System.getProperty("os.arch"));
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }

    static long memoryBytes() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getTotalMemorySize();
    }

    /** True where bfloat16 products are native. Says what is missing when products cannot be had at all. */
    static boolean multipliesBfloat16() {
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty()) {
            throw BitRankException.unsupported(
                    "the Vector API is missing; start Java with --add-modules=jdk.incubator.vector, as ./bitrank does");
        }
        try {
            return Dnnl.multipliesBfloat16();
        } catch (ExceptionInInitializerError first) {
            if (first.getCause() instanceof BitRankException known) {
                throw known;
            }
            throw first;
        } catch (NoClassDefFoundError again) {
            throw BitRankException.unsupported("oneDNN could not be loaded, as said before");
        }
    }

    /** The instruction sets that products are written for, e.g. {@code avx2 avx512f avx512_bf16}. */
    static String features() {
        String flags = " " + cpuInfo("flags").orElse("") + " ";
        return INSTRUCTION_SETS.stream().filter(name -> flags.contains(" " + name + " ")).collect(Collectors.joining(" "));
    }

    private static Optional<String> cpuInfo(String key) {
        try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith(key))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }
}
