package org.bitrank.kernels.cuda;

import static org.junit.jupiter.api.Assumptions.abort;

import org.bitrank.kernels.BitRankException;
import org.bitrank.kernels.ComputeType;
import org.bitrank.kernels.FailureClass;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The first GPU, or a skipped test. With {@code BITRANK_REQUIRE_GPU} set a missing GPU is a failure. */
final class Gpu {
    private static final Logger LOG = LoggerFactory.getLogger(Gpu.class);

    private Gpu() {}

    static CudaBackend openOrSkip(ComputeType computeType) {
        try {
            return CudaBackend.open(0, computeType);
        } catch (BitRankException absent) {
            if (absent.failureClass() != FailureClass.UNSUPPORTED || System.getenv("BITRANK_REQUIRE_GPU") != null) {
                throw absent;
            }
            LOG.warn("CUDA contract skipped: {}", absent.getMessage());
            return abort("skipped: " + absent.getMessage());
        }
    }
}
