package org.bitrank.kernels;

import java.util.List;
import java.util.regex.Pattern;
import org.bitrank.kernels.cpu.CpuBackend;
import org.bitrank.kernels.cpu.ReferenceBackend;
import org.bitrank.kernels.cuda.CudaBackend;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that knows which back ends there are. */
public final class Backends {
    private static final Logger LOG = LoggerFactory.getLogger(Backends.class);

    private static final Pattern CUDA = Pattern.compile("cuda(:\\d{1,3})?");

    private Backends() {}

    /** The names that {@link #open} understands. */
    public static List<String> names() {
        return List.of("auto", "cpu", "cuda", "cuda:N", "reference");
    }

    /**
     * Opens a back end.
     *
     * @param name {@code cpu}; {@code cuda} or {@code cuda:N} for the GPU of that number; {@code reference}; or {@code auto},
     *     the one to use when nothing was said: the processor
     * @param computeType what products read, or null for the fastest type that the device multiplies natively
     */
    public static Backend open(String name, ComputeType computeType) {
        Backend backend = switch (name) {
            case "auto", "cpu" -> new CpuBackend(orElse(computeType, CpuBackend.nativeComputeType()));
            case String cuda when CUDA.matcher(cuda).matches() ->
                CudaBackend.open(gpuNumber(cuda), orElse(computeType, ComputeType.BFLOAT16));
            case "reference" -> new ReferenceBackend(orElse(computeType, ComputeType.FLOAT32));
            default -> throw new BitRankException(FailureClass.USAGE,
                    "unknown back end \"%s\"; choose one of %s".formatted(name, String.join(", ", names())));
        };
        DeviceInfo device = backend.device();
        LOG.info("back end {} on {} ({} units, {}), products in {}",
                device.backend(), device.name(), device.units(), device.features(), backend.computeType().label());
        return backend;
    }

    private static int gpuNumber(String name) {
        return name.contains(":") ? Integer.parseInt(name.substring(name.indexOf(':') + 1)) : 0;
    }

    private static ComputeType orElse(ComputeType chosen, ComputeType otherwise) {
        return chosen == null ? otherwise : chosen;
    }
}
