package org.bitrank.kernels.cpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BackendContract;
import org.bitrank.kernels.ComputeType;

class CpuBackendBfloat16Test extends BackendContract {
    @Override
    protected Backend open() {
        assumeTrue(CpuBackend.nativeComputeType() == ComputeType.BFLOAT16, "this processor has no bfloat16 products");
        return new CpuBackend(ComputeType.BFLOAT16);
    }
}
