package org.bitrank.kernels.cpu;

import org.bitrank.kernels.Backend;
import org.bitrank.kernels.BackendContract;
import org.bitrank.kernels.ComputeType;

class CpuBackendBfloat16Test extends BackendContract {
    @Override
    protected Backend open() {
        return new CpuBackend(ComputeType.BFLOAT16);
    }
}
