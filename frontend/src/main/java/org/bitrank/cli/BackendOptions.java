package org.bitrank.cli;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.Backends;
import org.bitrank.kernels.ComputeType;
import picocli.CommandLine.Option;

/** On what to compute, and in which type. */
final class BackendOptions {
    @Option(names = "--backend", defaultValue = "auto", paramLabel = "NAME",
            description = "auto, cpu, cuda, cuda:N or reference (default: ${DEFAULT-VALUE}).")
    String backend;

    @Option(names = "--compute", paramLabel = "TYPE",
            description = "float32 or bfloat16, the type that matrix products read (default: the device's fastest).")
    ComputeType compute;

    Backend open() {
        return Backends.open(backend, compute);
    }
}
